import { expect, test } from 'vitest';
import { keysWithPrefix } from '../../src/model/keys.ts';
import { RELEASED_ENGINE } from '../../src/model/released-engine.ts';
import { createRedisReader } from '../../src/observe/frontends/redis.ts';
import { ENGINE } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();

test('an opening raises the score to the time of Redis and tells it as the epoch', async () => {
  const me = side();
  const { epoch, now } = await me.open();

  expect(Number(epoch)).toBe(now);
  expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(epoch);
  expect(await redis.client.get('autodock:engine:me')).toBe(
    '{"id":"ENGINE:1","name":"host-1","leaseMs":90000}',
  );
  me.connection.close();
});

test('an epoch rises strictly, also when the clock of Redis went back', async () => {
  await redis.client.zadd('autodock:owners', 4_000_000_000_000, 'me');
  const me = side();

  expect((await me.open()).epoch).toBe('4000000000001');
  expect((await me.open()).epoch).toBe('4000000000002');
  me.connection.close();
});

test('another engine under the same owner is told, and neither its score nor its name is touched', async () => {
  const me = side();
  const { epoch } = await me.open();
  const clone = await me.reader.open({ id: 'ENGINE:2', name: 'host-2' }, new Set());

  expect(clone).toMatchObject({
    kind: 'contested',
    record: { engineId: ENGINE.id, engine: ENGINE.name },
  });
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(epoch);
  expect(await redis.client.get('autodock:engine:me')).toContain('ENGINE:1');
  me.connection.close();
});

test('another engine may take over once the lease is over', async () => {
  const me = side();
  const { now } = await me.open();
  await redis.client.zadd('autodock:owners', now - 90_001, 'me');

  expect(await me.reader.open({ id: 'ENGINE:2', name: 'host-2' }, new Set())).toMatchObject({
    kind: 'opened',
  });
  expect(await redis.client.get('autodock:engine:me')).toBe(
    '{"id":"ENGINE:2","name":"host-2","leaseMs":90000}',
  );
  me.connection.close();
});

test.each([
  ['by the lease that it published, however short ours is', 600_000, 'contested'],
  ['by the lease that it published, however long ours is', 5_000, 'opened'],
  ['by ours if an earlier version published none', undefined, 'contested'],
])('a pass of another engine counts %s', async (_what, leaseMs, kind) => {
  const me = side();
  const { now } = await me.open();
  await redis.client.zadd('autodock:owners', now - 60_000, 'me');
  const record = JSON.stringify({ id: 'ENGINE:2', name: 'host-2', leaseMs });
  await redis.client.set('autodock:engine:me', record);

  expect((await me.reader.open(ENGINE, new Set())).kind).toBe(kind);
  me.connection.close();
});

test('an owner that goes is opened by whichever engine passed last, and publishes no lease', async () => {
  const me = side();
  await me.open();
  const keys = keysWithPrefix('');
  const leaving = createRedisReader(me.connection, { owner: me.owner, keys, leaseMs: null });

  expect(await leaving.open(RELEASED_ENGINE, new Set())).toMatchObject({ kind: 'opened' });
  expect(await redis.client.get('autodock:engine:me')).toBe(
    '{"id":"released","name":"autodock release"}',
  );
  expect(await me.reader.open(ENGINE, new Set())).toMatchObject({ kind: 'contested' });
  me.connection.close();
});

test('an opening tells what other owners publish, and nothing of one whose key is of a wrong type', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await other.open();
  await redis.client.zadd('autodock:owners', 1, 'broken', 2, 'old');
  await redis.client.rpush('autodock:engine:broken', 'x');
  await redis.client.set('autodock:engine:old', '{"id":"ENGINE:9","name":"host-9"}');

  const { otherOwners } = await me.open();
  const nothing = { engineId: null, engine: null, leaseMs: null };
  expect(otherOwners).toMatchObject([
    { owner: 'broken', lastPassAt: 1, ...nothing },
    { owner: 'old', lastPassAt: 2, engineId: 'ENGINE:9', engine: 'host-9', leaseMs: null },
    { owner: 'other', engineId: ENGINE.id, engine: ENGINE.name, leaseMs: 90_000 },
  ]);
  expect((await me.reader.peek(new Set())).otherOwners).toEqual(otherOwners);
  me.connection.close();
  other.connection.close();
});
