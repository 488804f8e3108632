import { expect, test } from 'vitest';
import { ENGINE } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();

test('an opening raises the score to the time of Redis and tells it as the epoch', async () => {
  const me = side();
  const { epoch, now } = await me.open();

  expect(Number(epoch)).toBe(now);
  expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(epoch);
  expect(await redis.client.get('autodock:engine:me')).toBe('{"id":"ENGINE:1","name":"host-1"}');
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

  expect(clone).toMatchObject({ kind: 'contested', engine: ENGINE });
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(epoch);
  expect(await redis.client.get('autodock:engine:me')).toContain('ENGINE:1');
  me.connection.close();
});

test('another engine may take over once three resync intervals have passed', async () => {
  const me = side();
  const { now } = await me.open();
  await redis.client.zadd('autodock:owners', now - 90_001, 'me');

  expect(await me.reader.open({ id: 'ENGINE:2', name: 'host-2' }, new Set())).toMatchObject({
    kind: 'opened',
  });
  expect(await redis.client.get('autodock:engine:me')).toBe('{"id":"ENGINE:2","name":"host-2"}');
  me.connection.close();
});
