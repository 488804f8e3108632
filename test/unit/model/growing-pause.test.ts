import { describe, expect, test } from 'vitest';
import { growingMs } from '../../../src/model/growing-pause.ts';

const RANGE = { firstMs: 100, longestMs: 5_000 };

describe('a pause between attempts', () => {
  test('doubles with every failure up to the longest', () => {
    const pauses = [0, 1, 2, 3, 6, 7, 1_000_000].map((failures) => growingMs(RANGE, failures));
    expect(pauses).toEqual([100, 100, 200, 400, 3_200, 5_000, 5_000]);
  });

  test.each([
    [0, 150],
    [0.5, 175],
    [1, 200],
  ])('is spread below what it grew to: %d makes %d ms of 200', (random, pause) => {
    expect(growingMs(RANGE, 2, random)).toBe(pause);
  });

  test('is spread at its longest, too', () => {
    expect(growingMs(RANGE, 50, 0)).toBe(3_750);
    expect(growingMs(RANGE, 50, 1)).toBe(5_000);
  });
});
