import { expect, test } from 'vitest';
import { createRate } from '../../../src/bus/rate.ts';

test('lets a burst through, then so many a second, and saves up no more than the burst', () => {
  const clock = { now: 0 };
  const mayCome = createRate({ burst: 3, perSecond: 2, now: () => clock.now });
  const through = (times: number) => Array.from({ length: times }, mayCome).filter(Boolean).length;
  expect(through(10)).toBe(3);
  clock.now = 499;
  expect(through(10)).toBe(0);
  clock.now = 1_000;
  expect(through(10)).toBe(2);
  clock.now = 1_000_000;
  expect(through(10)).toBe(3);
});
