import { expect, test } from 'vitest';
import { WRONG } from '../laws/world.ts';
import { createHoldOracle } from './hold-oracle.ts';
import { simulate } from './simulate.ts';
import type { Schedule } from './step.ts';
import type { Universe } from './universe.ts';

/** Seed 610116 without what does not matter: a list is spoilt for longer than its engine's daemon is silent. */
const SPOILT: Schedule = {
  seed: 610116,
  cast: {
    ...{ engines: [1], controllers: [0], resyncMs: 20_000, holdMs: 2_000, stoppingMs: 20_000 },
    ...{ minDeletes: 3, confirmAfterMs: 5_000, leaseMs: 30_000, reapLastMs: 600_000 },
  },
  isOfHosts: false,
  steps: [
    {
      ...{ at: 0, kind: 'run', engine: 0 },
      spec: { hosts: '*.x.test', weight: 1, timeout: 0, hasHealthcheck: false },
    },
    { at: 549, kind: 'spoil', host: '*.x.test', forMs: 6_673, what: 'list' },
    {
      ...{ at: 687, kind: 'engine-restarts', engine: 0, truthful: false },
      ...{ restoringMs: 4_672, forMs: 4_823 },
    },
  ],
};

test('what is claimed where somebody spoilt the list leads nowhere while the engine is silent', async () => {
  expect((await simulate(SPOILT)).breach).toBeNull();
});

const URL = 'http://172.17.0.2:80';

test.for([
  ['a list', ['id', URL], 1],
  ['a list with it in another spelling', ['id', 'http://172.17.0.2/'], 1],
  ['a list of others', ['id', 'http://foreign:1'], 0],
  ['what is no list', WRONG, 0],
  ['nothing', undefined, 0],
] as const)('a claim is routed blindly by %s: %#', ([, list, breaches]) => {
  const world = {
    claims: new Map([['e0', new Map([['a.test', JSON.stringify({ [URL]: ['aaaaaaaaaaaa'] })]])]]),
    lists: new Map(list === undefined ? [] : [['a.test', list]]),
  };
  const site = {
    engine: { id: 'e0' },
    door: { newcomer: { since: 0, leftBehind: [{ alive: true }] } },
    way: { isCut: false },
    downSince: null,
  };
  const universe = { sites: [site], losses: null, time: { now: () => 10_000 } };
  const redis = { world, troubledAt: 0 };
  const oracle = createHoldOracle({ ...universe, redis } as unknown as Universe);

  expect(oracle.routedBlindly()).toHaveLength(breaches);
});
