import { expect, test } from 'vitest';
import { withdrawnOtherwise } from '../../../src/cli/autodock/withdrawn-otherwise.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { OWNER } from '../diff/world.ts';

function planOf(...vhosts: readonly string[]): Plan {
  const changes = vhosts.map(
    (vhost): Change => ({
      kind: 'release',
      vhost,
      before: null,
      after: null,
      claimBefore: {
        backends: new Map([['http://10.0.0.1:80', ['0123456789ab']]]),
        heldSince: null,
      },
      write: { vhost, identifier: vhost, backends: [], asked: false },
    }),
  );
  return { owner: OWNER, epoch: null, changes, faults: [], foreign: [], unknown: [] };
}

test('what was withdrawn is told only where it is not what was shown', () => {
  expect(withdrawnOtherwise(planOf('a.test'), planOf('a.test'))).toBeNull();
  expect(withdrawnOtherwise(planOf('a.test'), planOf('a.test', 'b.test'))).toMatch(
    /^What is there changed meanwhile\. This was withdrawn:\n= release a\.test\b.*\n= release b\.test\b.*\n2 to change/,
  );
});
