import { expect, test } from 'vitest';
import { asRecord, isRecord, parseRecord } from '../../../src/model/record.ts';

test.each([{}, { a: 1 }])('%j is a record', (value) => {
  expect(isRecord(value)).toBe(true);
  expect(asRecord(value)).toBe(value);
  expect(parseRecord(JSON.stringify(value))).toEqual(value);
});

test.each([null, [], [{}], 'text', 7, true])('%j is not one', (value) => {
  expect(isRecord(value)).toBe(false);
  expect(asRecord(value)).toBeNull();
  expect(parseRecord(JSON.stringify(value))).toBeNull();
});

test.each(['', '{', '{"a":1', 'text', '{}{}'])(
  'the text %j holds none, and does not throw',
  (text) => {
    expect(parseRecord(text)).toBeNull();
  },
);
