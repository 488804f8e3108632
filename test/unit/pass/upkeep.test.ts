import { expect, test } from 'vitest';
import type { RedisCommand } from '../../../src/clients/redis.ts';
import type { Config } from '../../../src/config/config.ts';
import { ApplyError } from '../../../src/errors.ts';
import type { WorkloadVerdict } from '../../../src/model/frontend.ts';
import type { Wiring } from '../../../src/pass/clients.ts';
import { upkeepOf } from '../../../src/pass/upkeep.ts';
import type { Pass } from '../../../src/reconcile.ts';
import { idOf } from '../desire/containers.ts';

/** The upkeep of a host that is not a node of a swarm, and what it asks of Redis. */
function open({
  boot = null,
  refused = '',
  policy = 'sync',
  beganAt = () => null,
}: {
  readonly boot?: object | null;
  /** The command that Redis refuses. */
  readonly refused?: string;
  readonly policy?: string;
  /** When a container began its life. */
  readonly beganAt?: () => number | null;
} = {}) {
  const asked: string[] = [];
  const answer = (command: RedisCommand) => {
    asked.push(String(command[0]));
    if (command[0] === refused) throw new ApplyError('redis-refused', `NOPERM ${refused}`);
    return ['0', []];
  };
  const redis = {
    read: async (commands: readonly RedisCommand[]) => commands.map(answer),
    write: async (command: RedisCommand) => answer(command),
    define: () => undefined,
  };
  const wiring = { redis, boot, lives: { beganAt } } as unknown as Wiring;
  const config = { redis: { keyPrefix: '' }, swarm: false, policy } as unknown as Config;
  return { asked, upkeep: upkeepOf(wiring, config, () => undefined) };
}

/** A pass after which these verdicts stand. */
function passWith(verdicts: readonly WorkloadVerdict[]): Pass {
  return {
    result: 'in-sync',
    plan: { owner: 'me', epoch: null },
    opening: { writtenIn: null, drains: new Map() },
    hasLooked: true,
    workloads: [],
    desired: { verdicts },
  } as unknown as Pass;
}

const ROUTED: WorkloadVerdict = {
  ...{ id: idOf(1), noun: 'container', name: 'shop', verdict: 'routed' },
  ...{ routes: [], rejections: [], hints: [] },
};

test('does not look again at verdicts that are the same, until there is a doubt', async () => {
  const { asked, upkeep } = open();
  let looks = 0;
  const verdicts = new Proxy([ROUTED], {
    get: (list, member, receiver) => {
      looks += 1;
      return Reflect.get(list, member, receiver) as unknown;
    },
  });
  await upkeep.after(passWith(verdicts));
  expect(asked).toEqual(['hscan', 'hset']);

  const before = looks;
  await upkeep.after(passWith(verdicts));
  expect(looks).toBe(before);

  upkeep.doubt();
  await upkeep.after(passWith(verdicts));
  expect(asked).toEqual(['hscan', 'hset', 'hscan', 'hset']);
});

test.each([
  ['just now', 0, false],
  ['long ago', -10_000, true],
  ['by a clock that was set back since', 3_600_000, true],
])('a drain of who is not there, which began %s, is taken out: %#', async (_when, by, isGone) => {
  const { asked, upkeep } = open();
  const pass = passWith([]);
  const drain = { since: 50_000 + by, by: 'me', urls: [], text: '{}' };
  const opening = {
    writtenIn: null,
    now: 50_000,
    drains: new Map([[idOf(2).slice(0, 12), drain]]),
  };
  await upkeep.after({ ...pass, opening } as unknown as Pass);
  expect(asked.includes('autodockReleaseDrains')).toBe(isGone);
});

test('a pass that asked for no workloads takes out no drain and no name, and says nothing of the boot', async () => {
  const { asked, upkeep } = open({ boot: { id: 'this-boot', upMs: () => 0 } });
  const drain = { since: 0, by: 'me', urls: [], text: '{}' };
  const opening = {
    ...{ writtenIn: 'a-boot-before', now: 50_000 },
    drains: new Map([[idOf(2).slice(0, 12), drain]]),
  };
  const plan = { owner: 'me', epoch: 'epoch' };
  await upkeep.after({ ...passWith([]), plan, opening, hasLooked: false } as unknown as Pass);
  expect(asked).toEqual([]);
});

test('says that routes are of this boot though a container could not be looked at', async () => {
  const boot = { id: 'this-boot', upMs: () => 0 };
  const { asked, upkeep } = open({ boot });
  const workloads = [
    { kind: 'known', id: idOf(1) },
    { kind: 'unreadable', id: idOf(2) },
  ];
  const plan = { owner: 'me', epoch: 'epoch' };
  const pass = { ...passWith([]), plan, workloads } as unknown as Pass;

  await upkeep.after({ ...pass, result: 'refused' });
  expect(asked, 'what was put off is as it was').not.toContain('autodockBoot');

  await upkeep.after(pass);
  expect(asked).toContain('autodockBoot');
});

test('waits for each container where the policy keeps the last backends of whoever is unknown', async () => {
  const boot = { id: 'this-boot', upMs: () => 0 };
  const { asked, upkeep } = open({ boot, policy: 'upsert-only' });
  const plan = { owner: 'me', epoch: 'epoch' };
  const passOver = (kind: string) =>
    ({ ...passWith([]), plan, workloads: [{ kind, id: idOf(1) }] }) as unknown as Pass;

  await upkeep.after(passOver('unknown'));
  expect(asked).not.toContain('autodockBoot');

  await upkeep.after(passOver('known'));
  expect(asked).toContain('autodockBoot');
});

test('what Redis refuses of one thing keeps no other undone, and is told', async () => {
  const boot = { id: 'this-boot', upMs: () => 0 };
  const { asked, upkeep } = open({ boot, refused: 'autodockReleaseDrains' });
  const drain = { since: 0, by: 'me', urls: [], text: '{}' };
  const drains = new Map([[idOf(2).slice(0, 12), drain]]);
  const opening = { writtenIn: null, now: 50_000, drains };
  const plan = { owner: 'me', epoch: 'epoch' };
  const pass = { ...passWith([ROUTED]), plan, opening } as unknown as Pass;

  await expect(upkeep.after(pass)).rejects.toThrow('NOPERM autodockReleaseDrains');
  expect(asked).toEqual(['autodockReleaseDrains', 'autodockBoot', 'hscan', 'hset']);
});

test('answers a front that waits for a look at all routes, and says nothing that is known', async () => {
  const boot = { id: 'this-boot', upMs: () => 0 };
  const { asked, upkeep } = open({ boot });
  const passAsked = (isAsked: boolean) => {
    const opening = { writtenIn: 'this-boot', isAsked, drains: new Map() };
    return { ...passWith([]), plan: { owner: 'me', epoch: 'epoch' }, opening } as unknown as Pass;
  };
  await upkeep.after(passAsked(false));
  expect(asked).not.toContain('autodockBoot');

  await upkeep.after(passAsked(true));
  expect(asked).toContain('autodockBoot');
});
