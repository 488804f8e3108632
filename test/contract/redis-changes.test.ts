import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectRedis } from '../../src/clients/redis.ts';
import type { KeyChanges } from '../../src/clients/redis-changes.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { waitFor } from '../parts/wait-for.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

interface Listening {
  readonly redis: RedisPart;
  readonly changes: KeyChanges;
  /** Why Redis does not tell. */
  readonly deafBy: readonly string[];
}

/** Somebody who wants to hear of keys that begin with `a:` or `b`. */
async function listening(rights: readonly string[] = []): Promise<Listening> {
  const redis = await startRedis();
  cleanups.push(() => redis.stop());
  if (rights.length > 0) await redis.client.call('ACL', 'SETUSER', 'default', ...rights);
  return { redis, ...listenAt(redis.url) };
}

function listenAt(url: string): Omit<Listening, 'redis'> {
  const deafBy: string[] = [];
  const config = { url, keyPrefix: '', timeoutMs: 30_000, tls: null };
  const connection = connectRedis(config, 'autodock:test', {
    onDeaf: ({ message }) => deafBy.push(message),
  });
  cleanups.push(() => connection.close());
  const changes = connection.hear(['a:', 'b']);
  connection.open();
  return { changes, deafBy };
}

/** From now on only what is told makes it true. */
async function hears(changes: KeyChanges): Promise<void> {
  await waitFor('Redis to tell of changes', () => expect(changes.take()).toBe(false));
  expect(changes.take()).toBe(false);
}

async function isTold(changes: KeyChanges): Promise<void> {
  await waitFor('Redis to tell of a change', () => expect(changes.take()).toBe(true));
}

test.for([
  ['by hand', (redis: RedisPart) => redis.client.hset('a:1', 'field', 'text')],
  ['by a script', ({ client }: RedisPart) => client.eval("redis.call('SET', 'b', '1')", 0)],
  ['in another database', ({ client }: RedisPart) => client.multi().select(1).set('b', 1).exec()],
  ['by FLUSHALL', ({ client }: RedisPart) => client.flushall()],
  ['by an end that was set', ({ client }: RedisPart) => client.set('a:2', '1', 'PX', 1)],
] as const)('what is changed %s is told', async ([, change]) => {
  const { redis, changes, deafBy } = await listening();
  await hears(changes);

  await change(redis);

  await isTold(changes);
  await hears(changes);
  expect(deafBy).toEqual([]);
});

test('other keys are not told of', async () => {
  const { redis, changes } = await listening();
  await hears(changes);

  await redis.client.set('c', '1');
  await redis.client.set('a', '1');
  // Redis tells in the order of the writes.
  await redis.client.set('b', '1');

  await isTold(changes);
  expect(changes.take()).toBe(false);
});

test('while nobody is heard all may have changed, and who is gone is sought anew with the link', async () => {
  const redis = await startRedis({ tcp: true });
  cleanups.push(() => redis.stop());
  const { changes } = listenAt(`redis://127.0.0.1:${redis.port}`);
  expect([changes.take(), changes.take()]).toEqual([true, true]);
  await hears(changes);

  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await waitFor('the loss to be seen', () =>
    expect([changes.take(), changes.take()]).toEqual([true, true]),
  );
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');

  await hears(changes);
});

test.for(['client|id', 'client|tracking', 'subscribe'])(
  'where the right to %s is missing, that is told once, and all may have changed',
  async (right) => {
    const { redis, changes, deafBy } = await listening([`-${right}`]);
    await waitFor('the refusal', () => expect(deafBy).toHaveLength(1));

    expect(deafBy[0]).toContain(`(+${right})`);
    expect([changes.take(), changes.take()]).toEqual([true, true]);
    expect(await redis.client.client('LIST')).not.toMatch(/ sub=1 /);
  },
);

test('what is told by another Redis than that of the link does not count', async () => {
  const servers = await Promise.all([startRedis(), startRedis()]);
  cleanups.push(...servers.map((redis) => () => redis.stop()));
  const port = await takeTurns(servers.map(({ socket }) => socket));
  const { changes, deafBy } = listenAt(`redis://127.0.0.1:${port}`);
  await waitFor('that to be seen', () => expect(deafBy).toHaveLength(1));

  expect(deafBy[0]).toContain('leads to another Redis');
  expect([changes.take(), changes.take()]).toEqual([true, true]);
});

/** A balancer: each connection leads to the next server. */
async function takeTurns(sockets: readonly string[]): Promise<number> {
  let turn = 0;
  const server = createServer((client) => {
    const onward = createConnection(sockets[turn++ % sockets.length] ?? '');
    for (const socket of [client, onward]) socket.on('error', () => undefined);
    client.pipe(onward).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
