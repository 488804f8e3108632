import { describe, expect, test } from 'vitest';
import { afterwards } from '../../../src/diff/afterwards.ts';
import { nextHoldEnd } from '../../../src/diff/hold-end.ts';
import { byVhost, claim, OTHER, OWNER, observed } from './world.ts';

const A = 'http://10.0.0.1:80';

describe('nextHoldEnd', () => {
  test('is the first of our holds that nobody asks for', () => {
    const frontends = byVhost(
      observed('asked', [], { [OWNER]: claim({}, 1_000) }),
      observed('later', [], { [OWNER]: claim({}, 3_000) }),
      observed('first', [], { [OWNER]: claim({}, 2_000) }),
      observed('theirs', [], { [OTHER]: claim({}, 500) }),
    );
    const hold = { frontends, owner: OWNER, now: 4_000, holdMs: 10_000 };
    const desired = new Map([['asked', {}]]);
    expect(nextHoldEnd({ ...hold, desired })).toBe(8_000);
    // What is over was left alone for a reason: no timer can help.
    expect(nextHoldEnd({ ...hold, desired, now: 12_000 })).toBe(1_000);
    expect(nextHoldEnd({ ...hold, desired, now: 13_000 })).toBeNull();
    expect(nextHoldEnd({ ...hold, frontends: byVhost(), desired: new Map() })).toBeNull();
  });
});

describe('afterwards', () => {
  test('is the identical map when nothing was changed', () => {
    const frontends = byVhost(observed('a', [A]));
    expect(afterwards(frontends, [], { owner: OWNER, now: 0 })).toBe(frontends);
  });
});
