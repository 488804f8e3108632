import { expect, test } from 'vitest';
import { areClaimsOld } from '../../../src/pass/claims-age.ts';

const BOOT = { id: 'this', upMs: () => 0 };

test.each([
  ['another boot', 'other', false, BOOT, true],
  ['this boot', 'this', false, BOOT, false],
  ['this boot, and a front waits for a look', 'this', true, BOOT, true],
  ['no boot that was ever said', null, false, BOOT, false],
  ['some boot, where this one is not known', 'other', false, null, false],
  ['some boot, where a front waits and this one is not known', 'other', true, null, true],
] as const)(
  'what was looked at last in %s is old: %#',
  (_what, writtenIn, isAsked, boot, isOld) => {
    expect(areClaimsOld({ writtenIn, isAsked }, boot)).toBe(isOld);
  },
);
