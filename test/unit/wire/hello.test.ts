import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/wire/decode.ts';
import { encode } from '../../../src/wire/encode.ts';
import { freshnessOf, helloOf, subscriptionOf } from '../../../src/wire/hello.ts';
import { type JsonObject, makeMessage } from '../../../src/wire/message.ts';

const hello = (kwargs: JsonObject) => makeMessage('hello', [], kwargs);

describe('helloOf', () => {
  test('is understood as it was meant', () => {
    const options = { events: ['route_*'], ttlMs: 60_000, time: 5, nonce: '12345678' };
    const decoded = decode(Buffer.from(encode(helloOf(options), null)));
    const message = decoded.kind === 'message' ? decoded.message : hello({});
    expect(subscriptionOf(message)).toMatchObject({
      filter: { globs: ['route_*'] },
      ttlMs: 60_000,
    });
    expect(freshnessOf(message)).toEqual({ time: 5, nonce: '12345678' });
  });
});

describe('subscriptionOf', () => {
  test('takes a hello of 2015 for a wish for everything', () => {
    expect(subscriptionOf(hello({}))).toMatchObject({ filter: { globs: null }, ttlMs: null });
  });

  test.each<[JsonObject]>([
    [{ events: 'container_*' }],
    [{ events: [] }],
    [{ ttlMs: 0 }],
    [{ ttlMs: '60s' }],
  ])('refuses %j', (kwargs) => {
    expect(subscriptionOf(hello(kwargs))).toBeNull();
  });
});

describe('freshnessOf', () => {
  test.each<[JsonObject]>([
    [{}],
    [{ time: 1 }],
    [{ nonce: '12345678' }],
    [{ time: '1', nonce: '12345678' }],
    [{ time: 1, nonce: '1234567' }],
    [{ time: 1, nonce: 'x'.repeat(65) }],
  ])('is missing in %j', (kwargs) => {
    expect(freshnessOf(hello(kwargs))).toBeNull();
  });
});
