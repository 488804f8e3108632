import { expect, it } from 'vitest';
import { withdrawnOtherwise } from '../../../src/cli/withdrawn-otherwise.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { OWNER } from '../diff/world.ts';

function planOf(epoch: number | null, ...vhosts: readonly string[]): Plan {
  const changes = vhosts.map((vhost) => ({
    kind: 'delete' as const,
    vhost,
    before: null,
    after: null,
    claimBefore: null,
    write: { vhost, identifier: vhost, backends: [], asked: false },
  }));
  return { owner: OWNER, epoch, changes, faults: [], foreign: [], unknown: [] };
}

it('what was withdrawn is told only where it is not what was shown', () => {
  expect(withdrawnOtherwise(planOf(null, 'a.test'), planOf(7, 'a.test'))).toBeNull();
  expect(withdrawnOtherwise(planOf(null, 'a.test'), planOf(7, 'a.test', 'b.test'))).toMatch(
    /^What is there changed meanwhile\. This was withdrawn:\n- delete {2}a\.test\n- delete {2}b\.test\n2 to change/,
  );
});
