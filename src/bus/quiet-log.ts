import type { Logger } from 'pino';

/** Logs what anybody on the network can cause, a few lines of each kind at a time. */
export interface QuietLog {
  /** @param message a constant text: what is held back is counted by it */
  say(level: 'info' | 'warn' | 'error', fields: object, message: string): void;
}

const WINDOW_MS = 10_000;
const LINES_PER_WINDOW = 5;

/** @param now monotonic milliseconds */
export function createQuietLog(log: Logger, now: () => number): QuietLog {
  const windows = new Map<string, { since: number; lines: number; unsaid: number }>();
  return {
    say(level, fields, message) {
      const window = windows.get(message) ?? { since: now(), lines: 0, unsaid: 0 };
      windows.set(message, window);
      if (now() - window.since >= WINDOW_MS) Object.assign(window, { since: now(), lines: 0 });
      if (window.lines >= LINES_PER_WINDOW) {
        window.unsaid += 1;
        return;
      }
      window.lines += 1;
      log[level]({ ...fields, ...(window.unsaid > 0 ? { unsaid: window.unsaid } : {}) }, message);
      window.unsaid = 0;
    },
  };
}
