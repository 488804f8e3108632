import { describe, expect, test } from 'vitest';
import type { Owner } from '../../../src/model/ids.ts';
import type { OwnerSeen } from '../../../src/model/owner-record.ts';
import { isOver, UNWATCHED, type Watch, watchOwners } from '../../../src/model/watch.ts';

const HOST = 'host' as Owner;
const LEASE_MS = 30_000;
const BEAT_MS = 10_000;

interface Look {
  /** Monotonic, seconds. */
  readonly now: number;
  /** Of the last sign, seconds, by Redis' clock; null: of another run. */
  readonly at: number;
  /** Redis' clock, seconds. Default: the same as `now`. */
  readonly clock?: number;
  readonly run?: string;
  readonly signRun?: string;
  readonly leaseMs?: number | null;
  /** The sign of its own alone. */
  readonly isBlind?: boolean;
}

/** What the last of these looks says. */
function overAfter(...looks: readonly Look[]): boolean {
  let watch: Watch = UNWATCHED;
  let last = false;
  for (const { now, at, clock = now, run = 'run', isBlind = false, ...rest } of looks) {
    const { signRun = run, leaseMs = LEASE_MS } = rest;
    const redisNow = clock * 1_000;
    const isDated = signRun === run && at <= clock;
    const seen: OwnerSeen = {
      ...{ owner: HOST, engineId: 'e', engine: 'e', address: null, version: null },
      ...{ at: at * 1_000, redisRun: signRun, leaseMs, isLapsed: false },
      lastSignAt: isDated ? at * 1_000 : null,
    };
    const otherOwners = isBlind ? null : [seen];
    const look = { otherOwners, clock: { now: redisNow, run }, usualGapMs: 1.5 * BEAT_MS };
    watch = watchOwners(watch, { ...look, now: now * 1_000 });
    last = isOver(watch, seen, redisNow);
  }
  return last;
}

const seen = (at: number, ...times: readonly number[]): readonly Look[] =>
  times.map((now) => ({ now, at }));

describe('an owner is over', () => {
  test('when it was watched for its whole lease, and gave no sign', () => {
    expect(overAfter(...seen(0, 1, 11, 21))).toBe(false);
    expect(overAfter(...seen(0, 1, 11, 21, 31))).toBe(true);
  });

  test('not where its last sign is of another run than before, though of the same time', () => {
    const before = [1, 11, 21].map((now) => ({ now, at: 0, signRun: 'before' }));
    expect(overAfter(...before, { now: 31, at: 0 })).toBe(false);
    expect(overAfter(...before, { now: 31, at: 0, signRun: 'before' })).toBe(true);
  });

  test('not by the clock alone: whoever has just begun to look knows nothing', () => {
    expect(overAfter({ now: 0, at: 0, clock: 3_600 })).toBe(false);
  });

  test('not while it gives signs, however the clock of Redis jumps ahead', () => {
    expect(
      overAfter(
        { now: 0, at: 0, clock: 0 },
        { now: 10, at: 10, clock: 10 },
        { now: 20, at: 20, clock: 3_620 },
        { now: 30, at: 3_630, clock: 3_630 },
        { now: 40, at: 3_640, clock: 7_240 },
      ),
    ).toBe(false);
  });

  test('never where it publishes no lease', () => {
    const looks = seen(0, 1, 11, 21, 31, 1_000).map((look) => ({ ...look, leaseMs: null }));
    expect(overAfter(...looks)).toBe(false);
  });

  test('not by an outage for everybody, which counts as nobody’s silence', () => {
    expect(overAfter(...seen(0, 1, 11, 300))).toBe(false);
    expect(overAfter(...seen(0, 1, 11, 300, 310))).toBe(true);
  });

  test('when it was watched by signs between two looks that are rare', () => {
    const signs = [11, 21, 31, 41].map((now) => ({ now, at: 0, isBlind: true }));
    expect(overAfter({ now: 1, at: 0 }, ...signs, { now: 51, at: 0 })).toBe(true);
    expect(overAfter({ now: 1, at: 0 }, ...signs, { now: 51, at: 45 })).toBe(false);
  });

  test('not where Redis was started anew between two looks that are rare', () => {
    const other = { at: 0, run: 'other', signRun: 'run' };
    const signs = [11, 21, 31].map((now) => ({ ...other, now, isBlind: true }));
    const before = { now: 1, at: 0 };
    expect(overAfter(before, ...signs, { ...other, now: 41 })).toBe(false);
  });

  test('not by another run of Redis, where its silence begins anew', () => {
    const before = seen(0, 1, 11, 21);
    const after = [31, 41, 51, 61].map((now) => ({ now, at: 0, run: 'other', signRun: 'run' }));
    expect(overAfter(...before, ...after.slice(0, 3))).toBe(false);
    expect(overAfter(...before, ...after)).toBe(true);
  });

  test('also when the clock of Redis was set back, by whoever watched it', () => {
    const looks = [0, 10, 20, 30].map((now) => ({ now, at: 5_000, clock: now }));
    expect(overAfter(...looks)).toBe(true);
  });

  test('not while by the clock of Redis its lease lasts', () => {
    const looks = [0, 10, 20, 30].map((now) => ({ now, at: 0, clock: now / 2 }));
    expect(overAfter(...looks)).toBe(false);
  });
});
