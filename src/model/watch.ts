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
  /** When a sign of its own came through last, monotonic milliseconds; null: none did yet. */
  readonly signedAt: number | null;
  /** For how long its signs have come through since it looked at the others. */
  readonly watchedMs: number;
  readonly silences: ReadonlyMap<Owner, Silence>;
}

interface Silence {
  /** Of the last sign: another one ends the silence. */
  readonly sign: string;
  readonly lastsMs: number;
}

/** Has not looked yet. */
export const UNWATCHED: Watch = { run: '', signedAt: null, watchedMs: 0, silences: new Map() };

/** One sign of its own that came through, most often with a look at all other owners. */
export interface WatchedLook {
  /** null: it did not look at them. */
  readonly otherOwners: readonly OwnerSeen[] | null;
  readonly clock: RedisClock;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** The most that lies between two signs as a rule. What lies beyond was an outage, and counts as nobody's silence. */
  readonly usualGapMs: number;
}

/**
 * What is known after one more sign. Signs count the time, not looks: where looks are rarer than a lease is long, an
 * outage between two of them could be anybody's silence.
 */
export function watchOwners(before: Watch, look: WatchedLook): Watch {
  const { otherOwners, clock, now, usualGapMs } = look;
  const isSameRun = before.run === clock.run && before.signedAt !== null;
  const passedMs = isSameRun ? Math.min(now - (before.signedAt ?? now), usualGapMs) : 0;
  const watchedMs = isSameRun ? before.watchedMs + passedMs : 0;
  const known: Watch['silences'] = isSameRun ? before.silences : new Map();
  const after = { run: clock.run, signedAt: now };
  if (otherOwners === null) return { ...after, watchedMs, silences: known };
  const silences = otherOwners.map((seen): readonly [Owner, Silence] => {
    const sign = `${seen.at}/${seen.redisRun}`;
    const last = known.get(seen.owner);
    return [seen.owner, { sign, lastsMs: last?.sign === sign ? last.lastsMs + watchedMs : 0 }];
  });
  return { ...after, watchedMs: 0, silences: new Map(silences) };
}

/** Whether an owner is lapsed: by its own lease, and by Redis' clock as far as that can tell. */
export function isOver(watch: Watch, seen: OwnerSeen, now: number): boolean {
  const { leaseMs } = seen;
  if (leaseMs === null) return false;
  const lastsMs = watch.silences.get(seen.owner)?.lastsMs ?? 0;
  return lastsMs >= leaseMs && leaseState(seen, now, leaseMs) !== 'live';
}
