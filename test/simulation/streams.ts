import { Readable } from 'node:stream';
import type { Process, Time } from './time.ts';
import type { Watch } from './watch.ts';

/** The open event streams of an engine. */
export interface Streams {
  /** The living processes that follow. */
  readonly followers: readonly Process[];
  open(process: Process, signal: AbortSignal): Readable;
  /** The stream has come to who asked for it; until then nobody follows. */
  hear(readable: Readable): void;
  /** Sends a line to all who follow, once for each delay. */
  send(line: string, delaysMs: () => readonly number[]): void;
  /** Ends them all. */
  cut(): void;
  /** The process is gone. */
  hangUp(process: Process): void;
}

interface Stream {
  readonly process: Process;
  readonly readable: Readable;
  isHeard: boolean;
}

export function createStreams(time: Time, watch: Watch): Streams {
  const streams = new Set<Stream>();
  return {
    get followers() {
      const heard = [...streams].filter(({ process, isHeard }) => isHeard && process.alive);
      return heard.map(({ process }) => process);
    },
    open(process, signal) {
      const readable = new Readable({ read: () => undefined });
      const stream = { process, readable, isHeard: false };
      streams.add(stream);
      readable.on('close', () => {
        streams.delete(stream);
        watch.disturbed('for-a-pass');
      });
      signal.addEventListener('abort', () => readable.destroy(), { once: true });
      return readable;
    },
    hear(readable) {
      for (const stream of streams) if (stream.readable === readable) stream.isHeard = true;
      watch.disturbed('for-a-pass');
    },
    send(line, delaysMs) {
      for (const stream of streams) {
        for (const delayMs of delaysMs()) {
          const push = () => streams.has(stream) && stream.readable.push(line);
          time.after(delayMs, push, stream.process);
        }
      }
    },
    cut() {
      const open = [...streams];
      streams.clear();
      if (open.length > 0) watch.disturbed('for-a-pass');
      for (const { process, readable } of open) {
        time.after(0.2, () => readable.destroy(), process);
      }
    },
    hangUp(process) {
      for (const stream of streams) if (stream.process === process) streams.delete(stream);
    },
  };
}
