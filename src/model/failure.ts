import { millisecondsOrNull, textOrNull } from './json-members.ts';
import { parseRecord } from './record.ts';

/** A request that a front led to a backend, and to which no answer of it came. */
export interface Failure {
  /** Milliseconds, the front's clock. */
  readonly at: number;
  /** What was asked for; a wildcard answers for many. */
  readonly host: string;
  readonly method: string | null;
  /** What the client got; null: not said. */
  readonly status: number | null;
  /** In one word, as in the front's log. */
  readonly reason: string;
  /** The URL as it stands in the list. */
  readonly backend: string;
}

/** Reads what a front wrote of a failure; null: it is something else. */
export function parseFailure(text: string): Failure | null {
  const { at, host, method, status, reason, backend } = parseRecord(text) ?? {};
  const [when, asked, why, url] = [
    millisecondsOrNull(at),
    textOrNull(host),
    textOrNull(reason),
    textOrNull(backend),
  ];
  if (when === null || asked === null || why === null || url === null) return null;
  return {
    at: when,
    host: asked,
    method: textOrNull(method),
    status: typeof status === 'number' ? status : null,
    reason: why,
    backend: url,
  };
}
