import { expect, test } from 'vitest';
import { leaseState } from '../../src/model/lease.ts';
import { ENGINE } from '../parts/redis-side.ts';
import { A, useRedisSides } from '../parts/redis-sides.ts';
import { olderSide } from '../parts/without-index.ts';

const { redis, side, list, record } = useRedisSides();
const ANOTHER = { id: 'ENGINE:2', name: 'host-2' };
const HOUR_MS = 3_600_000;

/** Puts members into the record of the owner's last pass. */
async function rewrite(members: Readonly<Record<string, unknown>>): Promise<void> {
  const last = await record('me');
  await redis.client.set('autodock:engine:me', JSON.stringify({ ...last, ...members }));
}

/** As if the last sign had been so long ago. */
async function age(agoMs: number): Promise<void> {
  const { at } = await record('me');
  await rewrite({ at: at - agoMs });
}

test('a sign of life renews the time of the record, and nothing else anywhere', async () => {
  const me = side();
  const opened = await me.open(['a.local']);
  await age(60_000);
  const before = await record('me');
  const score = await redis.client.zscore('autodock:owners', 'me');

  const { outcome, clock } = await me.beat();

  expect(outcome).toBe('renewed');
  expect(await record('me')).toEqual({ ...before, at: clock.now, redis: clock.run });
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(score);
  // The pass under way goes on: a sign of life fences nobody.
  const plan = me.plan(opened, { 'a.local': ['10.0.0.1'] });
  expect(await me.applier.apply(plan)).toMatchObject({ kind: 'applied' });
  expect(await list('a.local')).toEqual(['app', A]);
});

test('whose lease is over gives no sign: a pass has to come first', async () => {
  const me = side({ leaseMs: 30_000 });
  await me.open();
  await age(30_001 + 60_000);
  const before = await record('me');

  expect((await me.beat()).outcome).toBe('lapsed');
  expect(await record('me')).toEqual(before);
  await me.open();
  expect((await me.beat()).outcome).toBe('renewed');
});

test.each([
  ['the clock of Redis was set back', { at: Date.now() + HOUR_MS }],
  ['Redis was started anew', { redis: 'another', at: 1 }],
  ['it publishes no lease, as earlier versions do', { leaseMs: undefined, at: 1 }],
])('its time is renewed where %s', async (_what, members) => {
  const me = side();
  await me.open();
  await rewrite(members);

  const { outcome, clock } = await me.beat();

  expect(outcome).toBe('renewed');
  expect(await record('me')).toMatchObject({ at: clock.now, redis: clock.run });
});

test('another engine under the owner renews nothing, nor does anybody before the first pass', async () => {
  const me = side();
  expect((await me.beat()).outcome).toBe('absent');
  expect(await redis.client.keys('*')).toEqual([]);
  await me.open();
  const before = await record('me');

  expect((await me.beat(ANOTHER)).outcome).toBe('contested');
  expect((await side().beat({ ...ENGINE, name: 'clone' })).outcome).toBe('contested');
  expect(await record('me')).toEqual(before);
});

test('who is no owner any more, though its record is there, gives no sign: a pass has to come first', async () => {
  const me = side();
  await me.open();
  await redis.client.zrem('autodock:owners', 'me');
  const before = await record('me');

  expect((await me.beat()).outcome).toBe('absent');
  expect(await record('me')).toEqual(before);
});

test('a sign comes through where Redis is full', async () => {
  const me = side();
  await me.open();
  await redis.client.config('SET', 'maxmemory', '1');

  expect((await me.beat()).outcome).toBe('renewed');
});

test('it is one without a look at others, too', async () => {
  const me = side();
  await me.open();
  await side({ owner: 'other' }).open();

  expect(await me.beatAlone()).toMatchObject({ outcome: 'renewed', otherOwners: null });
  expect((await me.beat()).otherOwners).toHaveLength(1);
});

test('it tells of all others, each by its own word, and an earlier version is never lapsed', async () => {
  const me = side();
  await me.open();
  await side({ owner: 'quick', leaseMs: 10_000 }).open();
  await olderSide(redis.client, 'older').open();
  await redis.client.zadd('autodock:owners', Date.now() - 100 * HOUR_MS, 'older');
  // A version that raised the score to the time, and told it nowhere else.
  await redis.client.zadd('autodock:owners', Date.now() - 1_000, 'oldest');
  await redis.client.set('autodock:engine:oldest', '{"id":"ENGINE:3"}');
  const quick = await record('quick');
  const aged = { ...quick, at: quick.at - 10_001 };
  await redis.client.set('autodock:engine:quick', JSON.stringify(aged));

  const { otherOwners, clock } = await me.beat();

  const states = otherOwners.map((seen) => [seen.owner, leaseState(seen, clock.now, 90_000)]);
  expect(Object.fromEntries(states)).toEqual({ quick: 'lapsed', older: 'unknown', oldest: 'live' });
});
