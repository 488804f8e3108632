import { expect, test } from 'vitest';
import { withdraw } from '../../src/apply/withdraw.ts';
import type { ShortId } from '../../src/model/ids.ts';
import { ID, type RedisSide } from '../parts/redis-side.ts';
import { A, B, CLAIM, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, list, claim } = useRedisSides();
const GONE = 'bbbbbbbbbbbb' as ShortId;
const HOLD_MS = 36_000_000;

/** Takes out what `me` claims for {@link GONE}. */
async function take(by: RedisSide, vhosts: readonly string[], holdMs = 0): Promise<unknown> {
  const { connection, keys } = by;
  const copies = new Map(vhosts.map((vhost) => [vhost, 1]));
  const whose = { owner: side().owner, ids: [GONE], copies, holdMs };
  const results = await withdraw(connection, keys, whose);
  return results.map(({ kind }) => kind);
}

/** `me` claims these URLs of a.local for these containers, one for each copy. */
async function claims(ids: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const urls = Object.entries(ids).flatMap(([url, copies]) => copies.map(() => url));
  await redis.client.del('frontend:a.local');
  await redis.client.rpush('frontend:a.local', 'app', ...urls);
  await redis.client.hset('autodock:owner:me', 'a.local', JSON.stringify(ids));
}

test('what is claimed for a container that is gone leaves, and nothing else changes', async () => {
  const by = side({ owner: 'by' });
  await side().pass({ 'a.local': ['10.0.0.1', '10.0.0.2'], 'b.local': ['10.0.0.1'] });
  await claims({ [A]: [ID], [B]: [GONE] });
  await redis.client.rpush('frontend:a.local', 'http://foreign:1');
  const b = [await list('b.local'), await claim('b.local')];

  expect(await take(by, ['a.local', 'b.local'])).toEqual(['update', 'none']);
  expect(await list('a.local')).toEqual(['app', A, 'http://foreign:1']);
  expect(JSON.parse((await claim('a.local')) ?? '')).toEqual(JSON.parse(CLAIM));
  expect([await list('b.local'), await claim('b.local')]).toEqual(b);
  expect(await take(by, ['a.local'])).toEqual(['none']);
});

test('of a URL that two containers have, the copies of the other one stay', async () => {
  const by = side({ owner: 'by' });
  await side().pass({ 'a.local': ['10.0.0.1'] });
  await claims({ [A]: [ID, GONE, ID] });

  expect(await take(by, ['a.local'])).toEqual(['update']);
  expect(await list('a.local')).toEqual(['app', A, A]);
  expect(JSON.parse((await claim('a.local')) ?? '')).toEqual({ [A]: [ID, ID] });
});

test.each([
  ['goes where nothing is held', 0],
  ['is held', HOLD_MS],
])('a host that loses its last backend so %s', async (_what, holdMs) => {
  const by = side({ owner: 'by' });
  const asked = { 'a.local': '{"timeout":1000}' };
  await side().pass({ 'a.local': ['10.0.0.1'] }, asked);
  await claims({ [A]: [GONE] });

  expect(await take(by, ['a.local'], holdMs)).toEqual([holdMs === 0 ? 'delete' : 'hold']);
  if (holdMs === 0) {
    expect(await redis.client.keys('*a.local*')).toEqual([]);
    expect(await claim('a.local')).toBeNull();
  } else {
    expect(await list('a.local')).toEqual(['app']);
    expect(JSON.parse((await claim('a.local')) ?? '')).toHaveProperty('held');
    expect(await redis.client.smembers('autodock:claims:a.local')).toContain('me');
  }
});

test('nothing comes back that somebody took out meanwhile', async () => {
  const by = side({ owner: 'by' });
  await side().pass({ 'a.local': ['10.0.0.1'] });
  await claims({ [A]: [ID], [B]: [GONE] });
  await redis.client.rpush('frontend:a.local', 'http://foreign:1');
  await redis.client.lrem('frontend:a.local', 0, A);

  expect(await take(by, ['a.local'])).toEqual(['update']);
  expect(await list('a.local')).toEqual(['app', 'http://foreign:1']);
});

test('what that owner holds, or had there before it was lapsed, is no matter of it', async () => {
  const by = side({ owner: 'by' });
  const lapsed = `{"lapsed":["${A} ${GONE}"]}`;
  await side().pass({ 'a.local': [], 'b.local': ['10.0.0.1'] });
  await redis.client.hset('autodock:owner:me', 'b.local', lapsed);
  const held = await claim('a.local');

  expect(await take(by, ['a.local', 'b.local'])).toEqual(['none', 'none']);
  expect([await list('a.local'), await claim('a.local')]).toEqual([['app'], held]);
  expect([await list('b.local'), await claim('b.local')]).toEqual([['app', A], lapsed]);
});

test('it works on a full Redis, too, also where the entry is gone by now', async () => {
  const by = side({ owner: 'by' });
  await side().pass({ 'a.local': ['10.0.0.1'] });
  await claims({ [A]: [ID], [B]: [GONE] });
  await redis.client.lrem('frontend:a.local', 0, B);
  await redis.client.config('SET', 'maxmemory', '1');

  expect(await take(by, ['a.local'])).toEqual(['claim']);
  expect(JSON.parse((await claim('a.local')) ?? '')).toEqual(JSON.parse(CLAIM));
});

test('marks under the hosts of a wildcard stay with their backends', async () => {
  const by = side({ owner: 'by' });
  await side().pass({ '*.local': ['10.0.0.2', '10.0.0.1'] });
  const text = JSON.stringify({ [A]: [GONE], [B]: [ID] });
  await redis.client.hset('autodock:owner:me', '*.local', text);
  expect(await list('*.local')).toEqual(['app', A, B]);
  await redis.client.sadd('dead:x.local', '1');

  expect(await take(by, ['*.local'])).toEqual(['update']);
  expect(await redis.client.smembers('dead:x.local')).toEqual(['0']);
});

test('a claim on more copies than a Lua stack holds is no obstacle', async () => {
  const by = side({ owner: 'by' });
  await side().pass({ 'a.local': ['10.0.0.1'] });
  await claims({ [A]: Array<string>(9_000).fill(ID), [B]: [GONE] });

  expect(await take(by, ['a.local'])).toEqual(['update']);
  expect(await list('a.local')).toHaveLength(9_001);
});
