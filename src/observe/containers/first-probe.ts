/** Engines from 25 on speak this minor version of the API, and probe each start interval within the start period. */
const START_INTERVAL_MINOR = 44;
const NS_PER_MS = 1_000_000;
/** What engines take where a HEALTHCHECK says nothing. */
const INTERVAL_MS = 30_000;
const START_INTERVAL_MS = 5_000;

/**
 * When an engine probes first, milliseconds after the start: after the interval, whatever the start period; from
 * engine 25 on, where there is a start period, after the start interval, which is 5 s if it is not set.
 *
 * @param healthcheck as in the configuration of an inspection; times in nanoseconds
 * @param apiVersion that is spoken with the engine: `1.41`
 */
export function firstProbeMs(
  healthcheck: Readonly<Record<string, unknown>>,
  apiVersion: string,
): number {
  const hasStartInterval = Number(apiVersion.split('.')[1]) >= START_INTERVAL_MINOR;
  const isStarting = hasStartInterval && msOf(healthcheck.StartPeriod) > 0;
  return isStarting
    ? msOf(healthcheck.StartInterval) || START_INTERVAL_MS
    : msOf(healthcheck.Interval) || INTERVAL_MS;
}

function msOf(ns: unknown): number {
  return typeof ns === 'number' && ns > 0 ? ns / NS_PER_MS : 0;
}
