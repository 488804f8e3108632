import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseVhost } from '../../src/model/vhost.ts';

describe('a vhost', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 70 }),
    fc.string({
      unit: fc.constantFrom(
        'a',
        'B',
        '1',
        '0',
        'x',
        '-',
        '_',
        '.',
        '*',
        'ü',
        'ß',
        'к',
        '。',
        '/',
        '%',
        'xn--',
      ),
    }),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.domain(),
  );

  test('is a key that every proxy can match: lower case, punycode, within the limits', () => {
    fc.assert(
      fc.property(text, (one) => {
        const vhost = parseVhost(one);
        if (vhost === null) return;
        expect(vhost).toMatch(/^(?:\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/);
        expect(vhost.length).toBeLessThanOrEqual(253);
        expect(vhost.split('.').every((label) => label.length <= 63)).toBe(true);
        expect(parseVhost(vhost)).toBe(vhost);
      }),
      { numRuns: 20_000 },
    );
  });

  test('is what a browser asks for when a person types it', () => {
    fc.assert(
      fc.property(text, (one) => {
        const vhost = parseVhost(one);
        if (vhost === null || vhost.startsWith('*')) return;
        const asked = new URL(`http://${one.trim()}/`).hostname;
        expect(asked.replace(/\.$/, '')).toBe(vhost);
      }),
      { numRuns: 20_000 },
    );
  });

  test('every domain name is one', () => {
    fc.assert(
      fc.property(fc.domain(), (one) => {
        expect(parseVhost(one)).toBe(one.toLowerCase());
      }),
    );
  });
});
