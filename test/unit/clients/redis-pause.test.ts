import { expect, test } from 'vitest';
import type { LinkState } from '../../../src/clients/redis-link.ts';
import { pauseMs } from '../../../src/clients/redis-pause.ts';

const after = (failures: number, message = 'connect ECONNREFUSED'): LinkState => ({
  ...{ failures, reason: new Error(message) },
});
const pauses = (isNamed: boolean) =>
  [1, 2, 4, 10, 10_000].map((failures) => pauseMs(after(failures), isNamed, 1));

test('a Redis that is away is tried ever more seldom, and at least each second however long it was', () => {
  expect(pauses(false)).toEqual([100, 200, 800, 1_000, 1_000]);
  expect(pauseMs(after(10), false, 0), 'not by all at once').toBe(750);
});

test('one that Sentinels name is tried five times a second', () => {
  expect(pauses(true)).toEqual([200, 200, 200, 200, 200]);
});

test.for([false, true])(
  'what only a person mends is tried each half minute (named: %s)',
  (isNamed) => {
    const reason = 'WRONGPASS invalid username-password pair or user is disabled.';
    expect(pauseMs(after(1, reason), isNamed, 1)).toBe(30_000);
  },
);
