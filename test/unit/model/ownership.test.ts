import { describe, expect, test } from 'vitest';
import { ownedBackends } from '../../../src/model/ownership.ts';
import { claim, OTHER, OWNER, observed } from '../diff/world.ts';

const A = 'http://10.0.0.1:80';
const B = 'http://10.0.0.2:80';

describe('ownedBackends', () => {
  test('gives each entry its owner: of equal copies the last are ours, the first foreign', () => {
    const frontend = observed('a', [A, A, A, B], {
      [OWNER]: claim({ [A]: ['mine'] }),
      [OTHER]: claim({ [A]: ['theirs'] }),
    });
    expect(
      ownedBackends(frontend, OWNER).map(({ owner, containers }) => [owner, ...containers]),
    ).toEqual([['foreign'], ['other', 'theirs'], ['self', 'mine'], ['foreign']]);
  });

  test('bears claims that exceed the copies, and claims that cannot be read', () => {
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
