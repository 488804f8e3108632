import type { Logger } from 'pino';

/** Logs failures that repeat; see `createFailureLog`. */
export interface FailureLog {
  failed(error: Error): void;
  recovered(): void;
}

/** Reasons of one outage that get a line each; whatever comes beyond is only counted. */
const REASONS_LOGGED = 10;

/**
 * A thousand failures are one line and a count: of an outage each reason is logged once, even if several take
 * turns, and its end with how many failures there were.
 *
 * @param failure message of the log when it fails, a constant text
 * @param recovery the same for when it is over
 */
export function createFailureLog(log: Logger, failure: string, recovery: string): FailureLog {
  const reasons = new Set<string>();
  let failures = 0;
  let lastFailure = '';
  return {
    failed(error) {
      const failuresBefore = failures;
      failures += 1;
      lastFailure = error.message;
      if (reasons.has(error.message) || reasons.size === REASONS_LOGGED) return;
      reasons.add(error.message);
      log.warn({ err: error, ...(failuresBefore === 0 ? {} : { failuresBefore }) }, failure);
    },
    recovered() {
      if (failures === 0) return;
      log.info({ failures, lastFailure }, recovery);
      reasons.clear();
      failures = 0;
    },
  };
}
