import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readVhost, showVhost } from '../../src/model/vhost.ts';
import { anyText, runs } from '../parts/arbitraries.ts';
import { UNSAFE } from '../parts/hostile.ts';

const LABEL = '(?!-)[a-z0-9_-]{1,63}(?<!-)';
const VHOST = new RegExp(`^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*)$`);

const nearlyName = fc
  .array(fc.oneof(fc.constantFrom('a', 'xn--', 'bücher', '*', '-', '_', '1', '0x7f', 'ß'), anyText))
  .map((parts) => parts.join('.'));
const text = fc.oneof(
  anyText,
  nearlyName,
  fc.string({
    unit: fc.constantFrom('a', 'B', '.', '*', '-', '_', '%', ':', '/', 'é', '\u200d', ' '),
  }),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.webUrl(),
);

test('any text is a sound name or a fault in words that are safe to show', () => {
  fc.assert(
    fc.property(text, (asked) => {
      const reading = readVhost(asked);
      if (reading.kind === 'bad') {
        expect(`${reading.problem} ${reading.remedy}`).not.toMatch(UNSAFE);
        return;
      }
      expect(reading.vhost).toMatch(VHOST);
      expect(reading.vhost.length).toBeLessThanOrEqual(253);
      expect(readVhost(reading.vhost)).toEqual(reading);
      expect(showVhost(reading.vhost)).not.toMatch(UNSAFE);
    }),
    runs(10_000),
  );
});
