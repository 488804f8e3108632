import { isRecord } from '../../model/record.ts';

/** A probe of a HEALTHCHECK. */
export interface Probe {
  /** Milliseconds, the engine's clock. */
  readonly startedAt: number;
  readonly succeeded: boolean;
}

/** What an inspection tells of a container's life; unlike the rest of it, true at that moment alone. */
export interface Vitals {
  /** Of this life, milliseconds, the engine's clock; null: it never started. */
  readonly startedAt: number | null;
  /** null: it has no HEALTHCHECK. */
  readonly health: {
    readonly status: string;
    readonly failingStreak: number;
    /** So many in a row must fail for it to be unhealthy. */
    readonly retries: number;
    /** For so long a probe may go on. */
    readonly probeTimeoutMs: number;
    /** The last ones that the engine remembers, the oldest first. */
    readonly probes: readonly Probe[];
  } | null;
}

const DEFAULT_RETRIES = 3;
const DEFAULT_TIMEOUT_MS = 30_000;
const NS_PER_MS = 1_000_000;

/** Reads `State` of an inspection, and the HEALTHCHECK of its configuration. */
export function readVitals(
  state: Readonly<Record<string, unknown>>,
  healthcheck: unknown = null,
): Vitals {
  const { Health: health } = state;
  return {
    startedAt: readTime(state.StartedAt),
    health: isRecord(health)
      ? {
          status: String(health.Status),
          failingStreak: typeof health.FailingStreak === 'number' ? health.FailingStreak : 0,
          retries: readRetries(healthcheck),
          probeTimeoutMs: readTimeout(healthcheck),
          probes: Array.isArray(health.Log) ? health.Log.flatMap(readProbe) : [],
        }
      : null,
  };
}

/** A time as engines write it; null for none, which they write as the year 1. */
function readTime(text: unknown): number | null {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return time > 0 ? time : null;
}

function readRetries(healthcheck: unknown): number {
  const retries = isRecord(healthcheck) ? healthcheck.Retries : null;
  return typeof retries === 'number' && retries > 0 ? retries : DEFAULT_RETRIES;
}

function readTimeout(healthcheck: unknown): number {
  const timeout = isRecord(healthcheck) ? healthcheck.Timeout : null;
  return typeof timeout === 'number' && timeout > 0 ? timeout / NS_PER_MS : DEFAULT_TIMEOUT_MS;
}

function readProbe(probe: unknown): readonly Probe[] {
  const startedAt = isRecord(probe) ? readTime(probe.Start) : null;
  return isRecord(probe) && startedAt !== null
    ? [{ startedAt, succeeded: probe.ExitCode === 0 }]
    : [];
}
