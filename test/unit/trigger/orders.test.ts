import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { orderChanges } from '../../../src/trigger/orders.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What comes of these looks, one after the other; the last is repeated. */
async function heard(...looks: readonly (string | null | Error)[]): Promise<number> {
  let look = 0;
  let changes = 0;
  const readOrders = async () => {
    const seen = looks[Math.min(look, looks.length - 1)] ?? null;
    look += 1;
    if (seen instanceof Error) throw seen;
    return seen;
  };
  const sources = { readOrders, mayOrdersHaveChanged: () => true, now: Date.now };
  const subscription = orderChanges(sources).subscribe(() => {
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

/** How many looks come in so many seconds each. `hint`: whether something may have changed in that second. */
async function looksIn(
  seconds: readonly number[],
  read: (look: number) => Promise<string | null>,
  hint: (second: number) => boolean = () => false,
): Promise<readonly number[]> {
  let looks = 0;
  let second = 0;
  const readOrders = () => read(looks++);
  const mayOrdersHaveChanged = () => hint(second);
  const sources = { readOrders, mayOrdersHaveChanged, now: Date.now };
  const subscription = orderChanges(sources).subscribe();
  const counts: number[] = [];
  for (const some of seconds) {
    const before = looks;
    for (let passed = 0; passed < some; passed++) {
      second += 1;
      await vi.advanceTimersByTimeAsync(1_000);
    }
    counts.push(looks - before);
  }
  subscription.unsubscribe();
  return counts;
}

test('while Redis tells of changes, and of none, orders are looked for every ten seconds all the same', async () => {
  expect(await looksIn([10, 10, 10], async () => '')).toEqual([1, 1, 1]);
});

test('what Redis tells of is looked for at the next half second, and so is all while it does not tell', async () => {
  const hint = (second: number) => second > 5;
  expect(await looksIn([5, 1, 5], async () => '', hint)).toEqual([1, 2, 10]);
});

test('a look that fails, or that cannot be, is repeated at the next half second', async () => {
  const away = (look: number) =>
    look < 4 ? Promise.reject(new Error('away')) : Promise.resolve('');
  expect(await looksIn([2, 1, 2], away)).toEqual([4, 1, 0]);
  expect(await looksIn([2], async () => null)).toEqual([4]);
});
