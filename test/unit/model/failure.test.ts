import { expect, test } from 'vitest';
import { parseFailure } from '../../../src/model/failure.ts';

const NOTE = { at: 1, host: 'a.com', reason: 'unproven', backend: 'http://10.0.0.1:80' };

test('a note without a request is read', () => {
  expect(parseFailure(JSON.stringify(NOTE))).toEqual({ ...NOTE, method: null, status: null });
});

test.each([-1, 1e300, '1', null])('a note at %j, which is no time, is not read', (at) => {
  expect(parseFailure(JSON.stringify({ ...NOTE, at }))).toBeNull();
});
