import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { keepAlive } from './keep-alive.ts';

/** The filters of `GET /containers/json` and `GET /events`. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** From when until when, milliseconds, the engine's clock. */
export interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

const LIST = '/containers/json?';
const EVENTS = '/events?';

/** The body of `GET /containers/json`. */
export function openList(
  docker: Docker,
  filters: Filters | undefined,
  abortSignal: AbortSignal,
): Promise<Readable> {
  const options = filters === undefined ? {} : { filters: mutable(filters) };
  return openBody(docker, LIST, options, abortSignal);
}

/** The body of `GET /events` for a time that is past: it ends. */
export function openPast(
  docker: Docker,
  filters: Filters,
  { sinceMs, untilMs }: Span,
  abortSignal: AbortSignal,
): Promise<Readable> {
  const options = {
    filters: mutable(filters),
    since: inSeconds(sinceMs),
    until: inSeconds(untilMs),
  };
  return openBody(docker, EVENTS, options, abortSignal);
}

/** The deadline, and with it the first signal, covers the way to the response's headers only. */
export async function openEvents(
  docker: Docker,
  filters: Filters,
  signals: readonly [connect: AbortSignal, stream: AbortSignal],
): Promise<unknown> {
  const abortSignal = AbortSignal.any([...signals]);
  const stream = await docker.getEvents({ filters: mutable(filters), abortSignal });
  keepAlive(stream);
  return stream;
}

/** dockerode would parse the reply; its own transport is asked for the reply's stream instead. */
function openBody(
  docker: Docker,
  path: string,
  options: Readonly<Record<string, unknown>>,
  abortSignal: AbortSignal,
): Promise<Readable> {
  const statusCodes = { 200: true, 400: 'bad parameter', 500: 'server error' } as const;
  const dial = { path, method: 'GET', options, abortSignal, statusCodes, isStream: true };
  return new Promise<Readable>((resolve, reject) => {
    docker.modem.dial(dial, (error: Error | null, stream: unknown) => {
      if (error === null) resolve(stream as Readable);
      else reject(error);
    });
  });
}

/** As engines take a time. */
function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

function mutable(filters: Filters): Record<string, string[]> {
  return Object.fromEntries(Object.entries(filters).map(([name, values]) => [name, [...values]]));
}
