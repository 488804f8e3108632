import { isRecord } from '../../model/record.ts';

/** The last probe of a HEALTHCHECK that an engine remembers. */
export interface LastProbe {
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
    readonly lastProbe: LastProbe | null;
  } | null;
}

/** Reads `State` of an inspection. */
export function readVitals(state: Readonly<Record<string, unknown>>): Vitals {
  const { Health: health } = state;
  return {
    startedAt: readTime(state.StartedAt),
    health: isRecord(health)
      ? {
          status: String(health.Status),
          failingStreak: typeof health.FailingStreak === 'number' ? health.FailingStreak : 0,
          lastProbe: readLastProbe(health.Log),
        }
      : null,
  };
}

/** A time as engines write it; null for none, which they write as the year 1. */
export function readTime(text: unknown): number | null {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return time > 0 ? time : null;
}

/** The engine keeps the last five, the oldest first. */
function readLastProbe(log: unknown): LastProbe | null {
  const last: unknown = Array.isArray(log) ? log.at(-1) : null;
  const startedAt = isRecord(last) ? readTime(last.Start) : null;
  return isRecord(last) && startedAt !== null
    ? { startedAt, succeeded: last.ExitCode === 0 }
    : null;
}
