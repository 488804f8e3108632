import { expect, test } from 'vitest';
import { compareText } from '../../../src/model/compare.ts';

test('text is ordered by code units, whatever the locale', () => {
  expect(['b', 'ä', 'B', 'a', '*', 'a'].sort(compareText)).toEqual(['*', 'B', 'a', 'a', 'b', 'ä']);
});
