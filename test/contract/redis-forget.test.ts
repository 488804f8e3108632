import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetOwner } from '../../src/apply/forget.ts';
import type { RedisConnection } from '../../src/clients/redis.ts';
import { type Owner, parseOwner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import type { OpenedPass } from '../../src/observe/frontends/redis.ts';
import type { RedisSide } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();
const OWNER = parseOwner('me') as Owner;
const BESIDES = ['drain', 'names', 'front'].map((kind) => `autodock:${kind}:me`);

let me: RedisSide;
let connection: RedisConnection;
beforeEach(() => {
  me = side();
  ({ connection } = me);
});
afterEach(() => connection.close());

const forget = ({ epoch }: OpenedPass) => {
  if (epoch === null) throw new Error('it may write');
  return forgetOwner(connection, keysWithPrefix(''), OWNER, epoch);
};

test('an owner that claims nothing any more leaves nothing, and those of others stay', async () => {
  const other = side({ owner: 'other' });
  await other.pass({ 'b.local': ['10.0.0.2'] });
  const opened = await me.open();
  for (const key of BESIDES) {
    await redis.client.hset(key, 'field', 'text');
    await redis.client.hset(key.replace(':me', ':other'), 'field', 'text');
  }
  const before = (await redis.client.keys('*')).filter((key) => !key.endsWith(':me')).sort();

  expect(await forget(opened)).toBe('forgotten');
  expect((await redis.client.keys('*')).sort()).toEqual(before);
  expect(await redis.client.zrange('autodock:owners', '0', '-1')).toEqual(['other']);
});

test('one that has passed again meanwhile keeps all it has', async () => {
  const opened = await me.open();
  for (const key of BESIDES) await redis.client.hset(key, 'field', 'text');
  await me.open();
  const before = (await redis.client.keys('*')).sort();

  expect(await forget(opened)).toBe('fenced');
  expect((await redis.client.keys('*')).sort()).toEqual(before);
  expect(await redis.client.zrange('autodock:owners', '0', '-1')).toEqual(['me']);
});

test('one that claims something still stays an owner, so that its entries are not taken for foreign', async () => {
  await me.pass({ 'a.local': ['10.0.0.1'] });
  const opened = await me.open(['a.local']);

  expect(await forget(opened)).toBe('claims');
  expect(await redis.client.zrange('autodock:owners', '0', '-1')).toEqual(['me']);
  expect(await redis.client.exists('autodock:owner:me', 'autodock:claims:a.local')).toBe(2);
});
