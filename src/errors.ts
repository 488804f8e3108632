/** Everything that autodock throws on purpose. Expected situations are values, never these. */
export type ErrorCode =
  | 'docker-unreachable'
  | 'docker-timeout'
  | 'docker-cancelled'
  | 'docker-status'
  | 'docker-malformed'
  | 'docker-version'
  | 'docker-identity'
  /** Of a place that workloads come from, other than an engine's containers. */
  | 'source-unreadable'
  | 'redis-unreachable'
  | 'redis-timeout'
  | 'redis-refused'
  | 'redis-malformed'
  | 'redis-cluster'
  | 'owner-contested'
  | 'config';

/** Text of any thrown value, for a message that goes on with it. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

abstract class CodedError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Docker or Redis could not be read in full: nothing that the read covers may change. The loop retries. */
export class ObserveError extends CodedError {
  override readonly name = 'ObserveError';
}

/** A write failed; its outcome is unknown: read again and compute anew, never send it again. The loop retries. */
export class ApplyError extends CodedError {
  override readonly name = 'ApplyError';
}

/** What the user wrote cannot work. The only error that ends the daemon: exit code 1. */
export class ConfigError extends CodedError {
  override readonly name = 'ConfigError';
}
