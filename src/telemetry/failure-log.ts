import type { Logger } from 'pino';
import { ApplyError, ConfigError, ObserveError } from '../errors.ts';

/** Logs failures that repeat; see `createFailureLog`. */
export interface FailureLog {
  failed(error: Error): void;
  recovered(): void;
}

/** Reasons of one outage that get a line each; whatever comes beyond is only counted. */
const REASONS_LOGGED = 10;

/**
 * A thousand failures are one line and a count: an outage is logged when it begins, once more for each other
 * reason, even if several take turns, and its end with how many failures there were.
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
      const reason = isSilence(error) ? 'silence' : error.message;
      if (reasons.has(reason) || reasons.size === REASONS_LOGGED) return;
      reasons.add(reason);
      log.warn(
        { ...fieldsOf(error), ...(failuresBefore === 0 ? {} : { failuresBefore }) },
        failure,
      );
    },
    recovered() {
      if (failures === 0) return;
      log.info({ failures, lastFailure }, recovery);
      reasons.clear();
      failures = 0;
    },
  };
}

/**
 * Whoever is away is so in many words, one for each call and step: closed, refused, reset, no such file, no
 * answer in time. What answers and says no has a reason of its own.
 */
function isSilence(error: Error): boolean {
  const isOurs = error instanceof ObserveError || error instanceof ApplyError;
  return !(isOurs || error instanceof ConfigError) || /-(unreachable|timeout)$/.test(error.code);
}

/** What is expected to fail fits on a line: its message says what was tried, where it was thrown tells nothing. */
function fieldsOf(error: Error): object {
  return { ...('code' in error ? { code: error.code } : {}), reason: error.message };
}
