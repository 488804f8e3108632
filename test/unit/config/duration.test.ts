import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration } from '../../../src/config/duration.ts';

const LONGEST_MS = 500 * 3_600_000;

test('a duration is read as it was written', () => {
  fc.assert(
    fc.property(fc.nat(LONGEST_MS), (ms) => {
      expect(duration.read(duration.write(ms))).toBe(ms);
    }),
  );
});

test.each([
  [50, '50ms'],
  [1_500, '1500ms'],
  [30_000, '30s'],
  [300_000, '5m'],
  [86_400_000, '24h'],
  [0, '0ms'],
])('%d ms is written as people would', (ms, text) => {
  expect(duration.write(ms)).toBe(text);
});
