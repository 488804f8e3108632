import { describe, expect, it } from 'vitest';
import { afterwards } from '../../../src/diff/afterwards.ts';
import { nextHoldEnd } from '../../../src/diff/hold-end.ts';
import { ownedBackends } from '../../../src/diff/ownership.ts';
import { byVhost, claim, OTHER, OWNER, observed } from './world.ts';

const A = 'http://10.0.0.1:80';
const B = 'http://10.0.0.2:80';

describe('ownedBackends', () => {
  it('gives each entry its owner: of equal copies the last are ours, the first foreign', () => {
    const frontend = observed('a', [A, A, A, B], {
      [OWNER]: claim({ [A]: ['mine'] }),
      [OTHER]: claim({ [A]: ['theirs'] }),
    });
    expect(
      ownedBackends(frontend, OWNER).map(({ owner, containers }) => [owner, ...containers]),
    ).toEqual([['foreign'], ['other', 'theirs'], ['self', 'mine'], ['foreign']]);
  });

  it('bears claims that exceed the copies, and claims that cannot be read', () => {
    const exceeding = observed('a', [A], {
      [OWNER]: claim({ [A]: ['one', 'two'] }),
      [OTHER]: claim({ [A]: ['theirs'] }),
    });
    expect(ownedBackends(exceeding, OWNER)).toMatchObject([{ owner: 'other' }]);
    expect(ownedBackends(observed('a', [A], { [OWNER]: 'malformed' }), OWNER)).toMatchObject([
      { owner: 'foreign' },
    ]);
    expect(ownedBackends(observed('a', null), OWNER)).toEqual([]);
  });
});

describe('nextHoldEnd', () => {
  it('is the first of our holds that nobody asks for', () => {
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
  it('is the identical map when nothing was changed', () => {
    const frontends = byVhost(observed('a', [A]));
    expect(afterwards(frontends, [], { owner: OWNER, now: 0 })).toBe(frontends);
  });
});
