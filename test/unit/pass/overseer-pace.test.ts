import { describe, expect, test } from 'vitest';
import {
  createPace,
  OVERSEER_LEASE_MS,
  STAY_MS,
  type Turn,
} from '../../../src/pass/overseer-pace.ts';

/** From Swarm's decision until the node tells the task to end, milliseconds. */
const NOTICE_MS = 3_000;
/** An owner looks at its drains so often, and then passes. */
const OWNER_MS = 1_000;

/** A pace, and its turns so far. */
function paced() {
  let now = 0;
  const pace = createPace(() => now);
  return {
    waitMs: (turn: Turn, rang = false) => pace.waitMs(turn, rang),
    passes: (ms: number) => {
      now += ms;
    },
  };
}

describe('whoever looks at the swarm', () => {
  test('looks twice a second for ten seconds after a change, and then each five', () => {
    const { waitMs, passes } = paced();
    expect(waitMs('same')).toBe(5_000);
    expect(waitMs('changed')).toBe(500);
    passes(9_900);
    expect(waitMs('same')).toBe(500);
    passes(200);
    expect(waitMs('same')).toBe(5_000);
  });

  test('looks as often after an event, of which the first look may have been too early', () => {
    const { waitMs, passes } = paced();
    expect(waitMs('same', true)).toBe(500);
    passes(9_900);
    expect(waitMs('same')).toBe(500);
  });

  test('sees what an update goes on to in time, however long it waited before that', () => {
    const { waitMs, passes } = paced();
    waitMs('changed', true);
    passes(600_000);
    expect(waitMs('updating')).toBeLessThanOrEqual(NOTICE_MS - OWNER_MS - 500);
    expect(waitMs('same'), 'the update is over').toBe(5_000);
  });

  test('looks again soon after one that failed, and as often as before once it succeeds', () => {
    const { waitMs, passes } = paced();
    expect(waitMs('failed', true), 'what rang is not lost').toBe(500);
    passes(500);
    expect(waitMs('same')).toBe(500);
  });

  test('looks more seldom the more often it failed, and still in time for what ends meanwhile', () => {
    const { waitMs } = paced();
    const waits = Array.from({ length: 6 }, () => waitMs('failed'));
    expect(waits).toEqual([500, 1_000, 1_500, 1_500, 1_500, 1_500]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(NOTICE_MS - OWNER_MS - 500);
    waitMs('same');
    expect(waitMs('failed')).toBe(500);
  });

  test('keeps its seat where two of its signs are lost, and not where a third is', () => {
    expect(OVERSEER_LEASE_MS).toBe(3 * STAY_MS);
  });

  test('is followed within four seconds where it is killed', () => {
    expect(OVERSEER_LEASE_MS + paced().waitMs('another')).toBeLessThanOrEqual(4_000);
  });
});

describe('whoever does not look', () => {
  test('follows within a second where another one leaves', () => {
    expect(paced().waitMs('another')).toBe(1_000);
  });

  test('asks again soon where managers do not agree who leads, as when the one that led is gone', () => {
    expect(paced().waitMs('refused')).toBe(5_000);
  });

  test('asks seldom on a worker', () => {
    expect(paced().waitMs('worker')).toBe(30_000);
  });
});
