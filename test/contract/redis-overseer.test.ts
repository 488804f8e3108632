import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DockerSession } from '../../src/clients/docker-session.ts';
import { connectRedis, type RedisConnection } from '../../src/clients/redis.ts';
import { ObserveError } from '../../src/errors.ts';
import type { Owner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import { createOverseer, type Overseer } from '../../src/pass/overseer.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { waitFor } from '../parts/wait-for.ts';
import { type SaidTask, serviceItem, taskItem } from '../unit/oversee/lists.ts';

const SERVICE = serviceItem('shop', { 'autodock.host': 'a.local' });
const BOTH: readonly SaidTask[] = [{ container: 'a' }, { container: 'b', node: 'node2' }];
const ONE_ENDS: readonly SaidTask[] = [
  { container: 'a', desired: 'shutdown' },
  { container: 'b', node: 'node2' },
];

let redis: RedisPart;
let connections: RedisConnection[];
beforeEach(async () => {
  redis = await startRedis({ tcp: true });
  connections = [];
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await redis.stop();
});

function overseer(name: string, leaseMs = 30_000): Overseer {
  const url = `redis://127.0.0.1:${redis.port}`;
  const connection = connectRedis({ url, keyPrefix: '', timeoutMs: 30_000, tls: null }, name);
  connections.push(connection);
  const keys = keysWithPrefix('');
  return createOverseer({ redis: connection, keys, owner: name as Owner, run: 'run', leaseMs });
}

/** A manager that tells these lists; what is null it does not tell. */
function manager(tasks: readonly SaidTask[] | null, services: readonly object[] = [SERVICE]) {
  const lists = {
    services,
    tasks: tasks?.map(taskItem) ?? null,
    nodes: ['node1', 'node2'].map((ID) => ({ ID, Status: { State: 'ready' } })),
  };
  const managed: DockerSession['managed'] = async (list, narrow) => {
    const narrowed = narrow(lists[list]);
    if (narrowed === null) throw new ObserveError('docker-malformed', `Docker: list of ${list}`);
    return narrowed;
  };
  return { managed };
}

const drained = () => redis.client.hkeys('autodock:drain:node1');

test('one looks for all, and another one when it goes', async () => {
  const [one, other] = [overseer('one'), overseer('other')];
  expect(await one.look(manager(BOTH))).toBe('changed');
  expect(await other.look(manager(BOTH))).toBe('another');
  expect(await one.look(manager(BOTH))).toBe('same');

  await one.leave();
  expect(await other.look(manager(BOTH))).toBe('changed');
});

test('one that is silent is followed when its lease is over', async () => {
  await overseer('one', 300).look(manager(BOTH));

  const other = overseer('other');
  await waitFor('the other', async () => expect(await other.look(manager(BOTH))).toBe('changed'));
});

test('one that says so stays between its looks, and is told where it is no more', async () => {
  const [one, other] = [overseer('one', 1_000), overseer('other')];
  await one.look(manager(BOTH));
  for (const end = Date.now() + 1_500; Date.now() < end; await pause(100)) {
    expect(await one.stay()).toBe(true);
    expect(await other.look(manager(BOTH))).toBe('another');
  }
  await one.leave();
  await other.look(manager(BOTH));
  expect(await one.stay()).toBe(false);
  expect(await one.look(manager(BOTH))).toBe('another');
});

test('what Swarm is about to end is drained for its node, once', async () => {
  const one = overseer('one');
  await one.look(manager(BOTH));
  expect(await drained()).toEqual([]);

  expect(await one.look(manager(ONE_ENDS))).toBe('changed');
  expect(await drained()).toEqual(['aaaaaaaaaaaa']);
  await redis.client.del('autodock:drain:node1');
  await one.look(manager(ONE_ENDS));
  expect(await drained(), 'its node took it out: the container is gone').toEqual([]);
});

test.for(['updating', 'rollback_started'])(
  'that a service is %s is told while nothing changes',
  async (State) => {
    const one = overseer('one');
    const services = [{ ...SERVICE, UpdateStatus: { State } }];
    expect(await one.look(manager(BOTH, services))).toBe('changed');
    expect(await one.look(manager(BOTH, services))).toBe('updating');
    expect(await one.look(manager(ONE_ENDS, services))).toBe('changed');
  },
);

test.for(['completed', 'paused', 'rollback_completed', undefined])(
  'one that is %s is as it was',
  async (State) => {
    const one = overseer('one');
    const services = [{ ...SERVICE, UpdateStatus: { State } }];
    await one.look(manager(BOTH, services));
    expect(await one.look(manager(BOTH, services))).toBe('same');
  },
);

test('a Redis that lost all is told again by who is elected there', async () => {
  const one = overseer('one');
  await one.look(manager(ONE_ENDS));
  await redis.client.flushall();

  await one.look(manager(ONE_ENDS));
  expect(await drained()).toEqual(['aaaaaaaaaaaa']);
  expect(await redis.client.hkeys('autodock:services')).toEqual(['shop']);
});

test('so is one that lost all between two looks, where who is elected stayed it', async () => {
  const one = overseer('one');
  await one.look(manager(ONE_ENDS));
  await redis.client.flushall();
  expect(await one.stay()).toBe(true);

  await one.look(manager(ONE_ENDS));
  expect(await drained()).toEqual(['aaaaaaaaaaaa']);
});

test('who is elected goes on where Redis is full, and says what cannot be written', async () => {
  const one = overseer('one');
  expect(await one.look(manager(BOTH))).toBe('changed');
  await redis.client.config('SET', 'maxmemory', '1');

  expect(await one.look(manager(BOTH))).toBe('same');
  await expect(one.look(manager(ONE_ENDS))).rejects.toThrow(/out of memory \(maxmemory\)/);
});

test('a manager that tells one list and not another withdraws nothing', async () => {
  const one = overseer('one');
  await one.look(manager(BOTH));

  await expect(one.look(manager(null, []))).rejects.toThrow('list of tasks');
  expect(await drained()).toEqual([]);
  expect(await redis.client.hkeys('autodock:services')).toEqual(['shop']);
});

test('services that are gone are told no more', async () => {
  const one = overseer('one');
  await one.look(manager(BOTH));
  await one.look(manager([], [serviceItem('other')]));

  expect(await redis.client.hkeys('autodock:services')).toEqual(['other']);
});

test('an engine that is no manager any more leaves it to others', async () => {
  const one = overseer('one');
  expect(await one.look({ managed: async () => 'refused' })).toBe('refused');
  expect(await overseer('other').look(manager(BOTH))).toBe('changed');
});
