import { expect, test } from 'vitest';
import { createWallClockOf } from '../../../src/http/wall-clock.ts';

test('a time stays what it was first told as, however the clocks drift', () => {
  const clocks = { now: 1_000, wall: 50_000 };
  const wallClockOf = createWallClockOf(
    () => clocks.now,
    () => clocks.wall,
  );
  expect(wallClockOf(400)).toBe(49_400);
  clocks.now += 10;
  clocks.wall += 11.6;
  expect(wallClockOf(400)).toBe(49_400);
  expect(wallClockOf(1_010)).toBe(50_012);
});
