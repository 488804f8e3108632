import { millisecondsOrNull, textOrNull } from './json-members.ts';
import { parseRecord } from './record.ts';

/** A request that a front led to a backend, and to which no answer of it came. */
export interface Failure {
  /** Milliseconds, Redis' clock. */
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

/** The last failures of the backends of vhosts, the newest first. */
export type Failures = ReadonlyMap<string, readonly Failure[]>;

/** What fronts noted, and when that was read: milliseconds, Redis' clock. */
export interface FailuresSeen {
  readonly at: number;
  readonly byVhost: Failures;
}

/** Of a backend that accepted no connection: noted without a request, as none is sent there before it accepts one. */
export const UNPROVEN = 'unproven';

/** A front that goes on trying notes it every ten seconds, and a write and a connection that nobody answers take their time. */
const UNPROVEN_MS = 20_000;

/** Whether a front does not get a connection to a backend, as it told a moment ago. */
export function isUnproven({ at, byVhost }: FailuresSeen, vhost: string, url: string): boolean {
  const last = byVhost.get(vhost)?.find(({ backend }) => backend === url);
  return last?.reason === UNPROVEN && at - last.at <= UNPROVEN_MS;
}

/** Tells apart what fronts noted, and what of it still holds. null: not known. */
export function failuresText(seen: FailuresSeen | null): string {
  if (seen === null) return '';
  const told = [...seen.byVhost].filter(([, failures]) => failures.length > 0);
  const held = told.map(([vhost, failures]) =>
    failures.map(({ backend }) => isUnproven(seen, vhost, backend)),
  );
  return JSON.stringify([told, held]);
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
