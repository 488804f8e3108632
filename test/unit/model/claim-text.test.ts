import { expect, test } from 'vitest';
import { parseClaim, writeClaim } from '../../../src/model/claim-text.ts';
import type { BackendUrl, ShortId } from '../../../src/model/ids.ts';

const NOTHING = { backends: new Map(), heldSince: null };

test('a claim says what it is written from', () => {
  const ids = ['aaaaaaaaaaaa', 'aaaaaaaaaaaa'] as unknown as readonly ShortId[];
  const text = writeClaim([{ url: 'http://[fd00::1]:80' as BackendUrl, ids }]);

  expect(text).toBe('{"http://[fd00::1]:80":["aaaaaaaaaaaa","aaaaaaaaaaaa"]}');
  expect(parseClaim(text)).toEqual({
    backends: new Map([['http://[fd00::1]:80', ids]]),
    heldSince: null,
  });
});

test('a held vhost has a time and no backends', () => {
  expect(parseClaim('{"held":1795386000000}')).toEqual({
    backends: new Map(),
    heldSince: 1_795_386_000_000,
  });
});

test.each(['{}', '[]', ' {"http://a:80":[]} ', '{"http://a:80":{}}'])(
  '%s claims nothing',
  (text) => {
    expect(parseClaim(text)).toEqual(NOTHING);
  },
);

test.each([
  '',
  'null',
  '7',
  '"text"',
  '{"http://a:80"',
  '["http://a:80"]',
  '{"http://a:80":"aaaaaaaaaaaa"}',
  '{"http://a:80":[1]}',
  '{"http://a:80":[null]}',
  '{"http://a:80":{"1":"aaaaaaaaaaaa"}}',
  '{"held":"1"}',
  '{"held":null}',
  '{"held":-1}',
  '{"held":1e17}',
  '{"held":1,"http://a:80":["aaaaaaaaaaaa"]}',
])('%j is not a claim', (text) => {
  expect(parseClaim(text)).toBe('malformed');
});

test('a name of the language is a URL like any other', () => {
  expect(parseClaim('{"__proto__":["aaaaaaaaaaaa"]}')).toEqual({
    backends: new Map([['__proto__', ['aaaaaaaaaaaa']]]),
    heldSince: null,
  });
});
