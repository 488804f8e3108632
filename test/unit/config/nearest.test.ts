import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/config/nearest.ts';

const NAMES = ['run', 'once', 'plan'];

describe('the nearest name', () => {
  it.each([
    ['pla', 'plan'],
    ['plann', 'plan'],
    ['plna', 'plan'],
    ['rum', 'run'],
    ['once', 'once'],
    ['', 'run'],
  ])('of %j is %j', (word, expected) => {
    expect(nearest(word, NAMES)).toBe(expected);
  });

  it('is suggested if it can be a slip', () => {
    expect(didYouMean('onec', NAMES)).toBe(' (did you mean once?)');
    expect(didYouMean('restart', NAMES)).toBe('');
  });
});
