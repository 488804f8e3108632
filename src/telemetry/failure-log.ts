import type { Logger } from 'pino';

/** Logs failures that repeat; see `createFailureLog`. */
export interface FailureLog {
  failed(error: Error): void;
  recovered(): void;
}

/**
 * A thousand repeats of one failure are one line and a count: a failure is logged when its message is new,
 * and again when it is over, with how often it was met.
 *
 * @param failure message of the log when it fails, a constant text
 * @param recovery the same for when it is over
 */
export function createFailureLog(log: Logger, failure: string, recovery: string): FailureLog {
  let last: { readonly message: string; times: number } | null = null;
  return {
    failed(error) {
      if (last?.message === error.message) {
        last.times += 1;
        return;
      }
      const times = last?.times;
      last = { message: error.message, times: 1 };
      log.warn({ err: error, ...(times === undefined ? {} : { failuresBefore: times }) }, failure);
    },
    recovered() {
      if (last === null) return;
      log.info({ failures: last.times, lastFailure: last.message }, recovery);
      last = null;
    },
  };
}
