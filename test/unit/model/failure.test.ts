import { expect, test } from 'vitest';
import { failuresText, isUnproven, parseFailure } from '../../../src/model/failure.ts';

const NOTE = { at: 1, host: 'a.com', reason: 'unproven', backend: 'http://10.0.0.1:80' };

const SOON = 20_000;

function seen(at: number, ...reasons: readonly string[]) {
  const failures = reasons.map((reason) => ({ ...NOTE, reason, method: null, status: null }));
  return { at, byVhost: new Map([['a.com', failures]]) };
}

test.each([
  ['as a front told a moment ago', seen(NOTE.at + SOON, 'unproven', 'slow'), true],
  ['no longer, as no front tells it any more', seen(NOTE.at + SOON + 1, 'unproven'), false],
  ['no longer, as it had a request since', seen(NOTE.at, 'slow', 'unproven'), false],
  ['not where nothing is noted', seen(NOTE.at), false],
])('a backend is unproven: %s', (_, notes, expected) => {
  expect(isUnproven(notes, 'a.com', NOTE.backend)).toBe(expected);
  expect(isUnproven(notes, 'a.com', 'http://10.0.0.2:80')).toBe(false);
  expect(isUnproven(notes, 'b.com', NOTE.backend)).toBe(false);
});

test('notes differ as soon as what they say does not hold any more', () => {
  const texts = [NOTE.at, NOTE.at + SOON, NOTE.at + SOON + 1].map((at) =>
    failuresText(seen(at, 'unproven')),
  );
  expect(texts[1]).toBe(texts[0]);
  expect(texts[2]).not.toBe(texts[1]);
  expect(failuresText(seen(NOTE.at))).not.toBe(failuresText(null));
});

test('a note without a request is read', () => {
  expect(parseFailure(JSON.stringify(NOTE))).toEqual({ ...NOTE, method: null, status: null });
});

test.each([-1, 1e300, '1', null])('a note at %j, which is no time, is not read', (at) => {
  expect(parseFailure(JSON.stringify({ ...NOTE, at }))).toBeNull();
});
