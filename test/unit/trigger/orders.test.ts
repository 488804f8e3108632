import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { orderChanges } from '../../../src/trigger/orders.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What comes of these looks, one after the other; the last is repeated. */
async function heard(...looks: readonly (string | null | Error)[]): Promise<number> {
  let look = 0;
  let changes = 0;
  const subscription = orderChanges(async () => {
    const seen = looks[Math.min(look, looks.length - 1)] ?? null;
    look += 1;
    if (seen instanceof Error) throw seen;
    return seen;
  }).subscribe(() => {
    changes += 1;
  });
  await vi.advanceTimersByTimeAsync(500 * (looks.length + 3));
  subscription.unsubscribe();
  return changes;
}

test.for([
  ['nothing is drained', [''], 0],
  ['somebody was drained before the first look', ['a'], 1],
  ['somebody is drained, and then undrained', ['', 'a', ''], 2],
  ['it cannot be told meanwhile', ['a', null, 'a'], 1],
  ['a look fails meanwhile', ['a', new Error('away'), 'a', 'b'], 2],
] as const)('a pass is asked for as often as orders change: %s', async ([, looks, changes]) => {
  expect(await heard(...looks)).toBe(changes);
});
