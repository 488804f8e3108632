import { describe, expect, test } from 'vitest';
import { createDesire } from '../../src/desire/desire.ts';
import { createDiff } from '../../src/diff/diff.ts';
import { type GuardDecision, guard } from '../../src/diff/guard.ts';
import { ApplyError, ObserveError } from '../../src/errors.ts';
import type { KnownContainer, ObservedContainer } from '../../src/model/container.ts';
import { NO_DRAINS } from '../../src/model/drain.ts';
import type { ObservedFrontend } from '../../src/model/frontend.ts';
import type { ContainerId, Epoch } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { reconcile, type Stages } from '../../src/reconcile.ts';
import { byVhost, claim, OWNER, observed } from './diff/world.ts';

const ID = 'abcdefabcdef0123456789';
const SHORT = 'abcdefabcdef';
const URL = 'http://10.0.0.1:80';

function container(env: Readonly<Record<string, string>>): KnownContainer {
  return {
    kind: 'known',
    noun: 'container',
    reach: 'networks',
    id: ID as ContainerId,
    name: 'web',
    createdAt: 1,
    state: 'running',
    health: 'none',
    labels: new Map(),
    networkMode: 'bridge',
    addresses: [{ network: 'bridge', networkId: '', ipv4: '10.0.0.1', ipv6: null }],
    published: [],
    env: new Map(Object.entries(env)),
    exposedPorts: [80],
    hasHealthcheck: false,
    firstProbeMs: null,
    hasOwnLabels: false,
    stopSignal: 15,
    bound: null,
    staleAddresses: [],
    barriers: new Map(),
    setBackTo: null,
    isOlderThanNetwork: false,
  };
}

const SETTINGS = {
  networks: [],
  address: 'container',
  hostAddress: '127.0.0.1',
  health: 'healthy',
  frontAddresses: [],
  isSwarm: false,
  versions: 'mixed',
} as const;
const GUARD = { minDeletes: 2, maxDeletePercent: 50, confirmAfterMs: 5_000 };

/** The real pure stages between an engine and a Redis that the test sets; every call is written down. */
function line(containers: readonly ObservedContainer[], seen: readonly ObservedFrontend[]) {
  const calls: string[] = [];
  const applied: Plan[] = [];
  const desire = createDesire();
  const stages: Stages = {
    owner: OWNER,
    open: async () => {
      calls.push('open');
      const frontends = byVhost(...seen.filter(({ claims }) => claims.has(OWNER)));
      return {
        epoch: '7' as Epoch,
        now: 1_000,
        frontends,
        drains: NO_DRAINS,
        offs: new Map(),
        writtenIn: null,
        isAsked: false,
      };
    },
    looks: true,
    observe: async () => {
      calls.push('observe');
      return containers;
    },
    desire: ({ opening: { drains }, ...seen }) => desire({ ...seen, drains, settings: SETTINGS }),
    read: async (vhosts) => {
      calls.push(`read ${vhosts.join(' ')}`);
      return byVhost(...seen.filter(({ vhost }) => vhosts.includes(vhost)));
    },
    diff: createDiff({ holdMs: 0, policy: 'sync', keyPrefix: '' }),
    guard: (plan, { redisNow, frontends }): GuardDecision =>
      guard(plan, GUARD, {
        state: { refusingSince: null },
        now: 0,
        observed: frontends,
        context: { owner: OWNER, now: redisNow, holdMs: 0 },
        holders: () => new Map(),
        calledOff: () => new Set(),
      }),
    apply: async (plan) => {
      calls.push('apply');
      applied.push(plan);
      return { kind: 'applied', results: [], marksMoved: 0 };
    },
  };
  return { calls, applied, stages };
}

const WEB = container({ VIRTUALHOST: 'a.example' });
const ROUTED = observed('a.example', [URL], { [OWNER]: claim({ [URL]: [SHORT] }) });

describe('one pass', () => {
  test('raises its epoch before it asks Docker, and reads what is new after the list', async () => {
    const { calls, applied, stages } = line([WEB], []);
    const pass = await reconcile(stages);
    expect(calls).toEqual(['open', 'observe', 'read a.example', 'apply']);
    expect(applied[0]).toMatchObject({ epoch: '7', changes: [{ kind: 'create' }] });
    expect(pass.result).toBe('applied');
    expect(pass.after.get('a.example')).toEqual(ROUTED);
  });

  test('reads and writes nothing more when both sides agree', async () => {
    const { calls, stages } = line([WEB], [ROUTED]);
    expect((await reconcile(stages)).result).toBe('in_sync');
    expect(calls).toEqual(['open', 'observe']);
  });

  test.each(['open', 'observe', 'read'] as const)('writes nothing when %s fails', async (stage) => {
    const { calls, stages } = line([WEB], []);
    const failing = {
      ...stages,
      [stage]: () => Promise.reject(new ObserveError('docker-timeout', 'no answer')),
    };
    await expect(reconcile(failing)).rejects.toBeInstanceOf(ObserveError);
    expect(calls).not.toContain('apply');
  });

  test('does not send a write again whose outcome is unknown', async () => {
    const { calls, stages } = line([WEB], []);
    const apply = async () => {
      calls.push('apply');
      throw new ApplyError('redis-timeout', 'the outcome is unknown');
    };
    await expect(reconcile({ ...stages, apply })).rejects.toBeInstanceOf(ApplyError);
    expect(calls.filter((call) => call === 'apply')).toHaveLength(1);
  });

  test('keeps what an unknown container has, and names it', async () => {
    const { env: _env, exposedPorts: _ports, staleAddresses: _stale, ...seen } = WEB;
    const unknown: ObservedContainer = { ...seen, kind: 'unknown', why: 'no answer' };
    const { calls, stages } = line([unknown], [ROUTED]);
    const pass = await reconcile(stages);
    expect(pass.plan).toMatchObject({ changes: [], unknown: ['web'] });
    expect(calls).toEqual(['open', 'observe']);
  });

  test('lets an incomplete version wait, also while another container is unknown', async () => {
    const of = (number: number, version: string): KnownContainer => ({
      ...WEB,
      id: ID.replace('a', String(number)) as ContainerId,
      name: `web-${number}`,
      labels: new Map([
        ['autodock.versions', 'newest'],
        ['com.docker.compose.config-hash', version],
      ]),
      createdAt: number,
      addresses: [{ network: 'bridge', networkId: '', ipv4: `10.0.0.${number}`, ipv6: null }],
    });
    const claimed = Object.fromEntries(
      [1, 2].map((n) => [`http://10.0.0.${n}:80`, [SHORT.replace('a', String(n))]]),
    );
    const routed = observed('a.example', Object.keys(claimed), { [OWNER]: claim(claimed) });
    const { env: _env, exposedPorts: _ports, staleAddresses: _stale, ...seen } = WEB;
    const unknown: ObservedContainer = { ...seen, kind: 'unknown', why: 'no answer' };
    const both = [of(1, 'old'), of(2, 'old'), of(3, 'new')];

    for (const containers of [both, [...both, unknown]]) {
      const { stages } = line(containers, [routed]);
      expect((await reconcile(stages)).plan.changes).toEqual([]);
    }
  });

  test('tells a refused and a fenced plan from an applied one', async () => {
    const lost = ['a', 'b', 'c'].map((name) =>
      observed(name, [URL], { [OWNER]: claim({ [URL]: [SHORT] }) }),
    );
    const refused = line([], lost);
    const pass = await reconcile(refused.stages);
    expect(pass.result).toBe('refused');
    expect(refused.calls).not.toContain('apply');
    expect(pass.after.get('a')).toBe(lost[0]);

    const { stages } = line([WEB], []);
    const fenced = await reconcile({
      ...stages,
      apply: async () => ({ kind: 'fenced', results: [] }),
    });
    expect(fenced.result).toBe('fenced');
    expect(fenced.after.has('a.example')).toBe(false);
  });

  test('only looks when there is nothing to apply with', async () => {
    const { stages } = line([WEB], []);
    const pass = await reconcile({ ...stages, apply: null });
    expect(pass.plan.changes).toHaveLength(1);
    expect(pass.applied).toBeNull();
    expect(pass.after.has('a.example')).toBe(false);
  });
});
