import { describe, expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../src/config/nearest.ts';

const NAMES = ['run', 'once', 'plan'];

describe('the nearest name', () => {
  test.each([
    ['pla', 'plan'],
    ['plann', 'plan'],
    ['plna', 'plan'],
    ['rum', 'run'],
    ['once', 'once'],
    ['', 'run'],
  ])('of %j is %j', (word, expected) => {
    expect(nearest(word, NAMES)).toBe(expected);
  });

  test('of a word of a million characters is found at once, by its beginning, and not suggested', () => {
    const word = `plan${'x'.repeat(1_000_000)}`;

    expect(nearest(word, NAMES)).toBe('plan');
    expect(didYouMean(word, NAMES)).toBe('');
  });

  test('is suggested if it can be a slip', () => {
    expect(didYouMean('onec', NAMES)).toBe(' (did you mean once?)');
    expect(didYouMean('restart', NAMES)).toBe('');
  });
});
