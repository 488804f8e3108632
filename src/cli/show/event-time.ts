import type { PluginEvent } from '../../plugin/connect.ts';

const NANOSECONDS = 1_000_000;
const SECONDS = 1_000;
/** What `Date` can hold. */
const LATEST = 8.64e15;

/**
 * When an event happened: what the engine says, else now. Milliseconds since 1970.
 *
 * @param now milliseconds since 1970
 */
export function eventTime(event: PluginEvent, now: number): number {
  if (event.kind !== 'docker') return now;
  const { timeNano, time } = event.kwargs;
  const ms = timeNano === undefined ? (time ?? 0) * SECONDS : timeNano / NANOSECONDS;
  return ms > 0 && ms <= LATEST ? Math.round(ms) : now;
}
