import type { Owner } from './ids.ts';
import { leaseState } from './lease.ts';
import type { OwnerSeen, RedisClock } from './owner-record.ts';

/**
 * For how long each other owner has given no sign of life while this one looked. A clock that jumps, another run of
 * Redis, or an outage for everybody makes many leases look over at once: so nobody is taken for lapsed by a clock alone,
 * but by one that looked on for a whole lease, and saw no sign.
 */
export interface Watch {
  readonly run: string;
  /** Monotonic milliseconds; null: it has not looked yet. */
  readonly lookedAt: number | null;
  readonly silences: ReadonlyMap<Owner, Silence>;
}

interface Silence {
  /** Of the last sign: another one ends the silence. */
  readonly sign: string;
  readonly lastsMs: number;
}

/** Has not looked yet. */
export const UNWATCHED: Watch = { run: '', lookedAt: null, silences: new Map() };

/** One look at all other owners. */
export interface WatchedLook {
  readonly otherOwners: readonly OwnerSeen[];
  readonly clock: RedisClock;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** The most that lies between two looks as a rule. What lies beyond was an outage, and counts as nobody's silence. */
  readonly usualGapMs: number;
}

/** What is known after one more look. */
export function watchOwners(before: Watch, look: WatchedLook): Watch {
  const { otherOwners, clock, now, usualGapMs } = look;
  const isSameRun = before.run === clock.run && before.lookedAt !== null;
  const passedMs = isSameRun ? Math.min(now - (before.lookedAt ?? now), usualGapMs) : 0;
  const silences = otherOwners.map((seen): readonly [Owner, Silence] => {
    const sign = `${seen.at}/${seen.redisRun}`;
    const last = before.silences.get(seen.owner);
    const isSilent = isSameRun && last?.sign === sign;
    return [seen.owner, { sign, lastsMs: isSilent ? last.lastsMs + passedMs : 0 }];
  });
  return { run: clock.run, lookedAt: now, silences: new Map(silences) };
}

/** Whether an owner is lapsed: by its own lease, and by Redis' clock as far as that can tell. */
export function isOver(watch: Watch, seen: OwnerSeen, now: number): boolean {
  const { leaseMs } = seen;
  if (leaseMs === null) return false;
  const lastsMs = watch.silences.get(seen.owner)?.lastsMs ?? 0;
  return lastsMs >= leaseMs && leaseState(seen, now, leaseMs) !== 'live';
}
