import { expect, test } from 'vitest';
import { badHost } from '../../../src/cli/autodock/bad-host.ts';
import { typed } from '../../../src/cli/show/words.ts';

test('a name that is empty, as of a variable that is not set, can be seen', () => {
  expect(['', ' ', 'shop'].map(typed)).toEqual(['""', '" "', 'shop']);
  const { message } = badHost('', { problem: 'has an empty label', remedy: 'Write a name.' });
  expect(message).toMatch(/""\shas an empty label\. Write a name\.$/);
});
