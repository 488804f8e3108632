import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSigned, SIGNATURE_BYTES, sign } from '../../../src/wire/signature.ts';
import { anyBytes, runs } from '../../parts/arbitraries.ts';

const object = fc
  .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
  .map((value) => JSON.stringify(value));
const secret = fc.string({ minLength: 1, unit: 'grapheme' });

describe('sign', () => {
  test('appends the HMAC-SHA256 of the bytes as they were', () => {
    const hex = createHmac('sha256', 'pä ss').update('{"name":"ü"}').digest('hex');
    expect(sign('{"name":"ü"}', 'pä ss')).toBe(`{"name":"ü","hmac":"${hex}"}`);
  });

  test('leaves a JSON object of the same members, longer by a known number of bytes', () => {
    fc.assert(
      fc.property(object, secret, (text, key) => {
        const signed = sign(text, key);
        const { hmac, ...rest } = JSON.parse(signed);
        const { hmac: _theirs, ...before } = JSON.parse(text);
        expect(hmac).toMatch(/^[0-9a-f]{64}$/);
        expect(rest).toEqual(before);
        expect(Buffer.byteLength(signed) - Buffer.byteLength(text)).toBe(SIGNATURE_BYTES);
      }),
    );
  });
});

describe('isSigned', () => {
  test('knows what was signed with the same secret, and nothing that was changed since', () => {
    fc.assert(
      fc.property(object, secret, fc.nat(), fc.integer({ min: 1, max: 255 }), (...given) => {
        const [text, key, at, flip] = given;
        const bytes = Buffer.from(sign(text, key));
        expect(isSigned(bytes, key)).toBe(true);
        expect(isSigned(bytes, `${key}x`)).toBe(false);
        const spoilt = Buffer.from(bytes);
        spoilt[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
        expect(isSigned(spoilt, key)).toBe(false);
        expect(isSigned(bytes.subarray(0, at % bytes.length), key)).toBe(false);
      }),
    );
  });

  test('never throws, and takes nothing for signed that came from elsewhere', () => {
    const tail = `,"hmac":"${'0'.repeat(64)}"}`;
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(isSigned(bytes, 's')).toBe(false);
        expect(isSigned(Buffer.concat([bytes, Buffer.from(tail)]), 's')).toBe(false);
      }),
      runs(300),
    );
  });

  test('looks at the last member alone', () => {
    const signed = sign('{"name":"x"}', 's');
    expect(isSigned(Buffer.from(`${signed.slice(0, -1)},"args":[]}`), 's')).toBe(false);
    expect(isSigned(Buffer.from(`${signed} `), 's')).toBe(false);
  });
});
