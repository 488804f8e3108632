import { describe, expect, test } from 'vitest';
import { ageLease } from '../parts/age-lease.ts';
import { DEAD, HOUR_MS, LAPSED, useDeadOwner } from '../parts/dead-owner.ts';
import { A, B, CLAIM, useRedisSides } from '../parts/redis-sides.ts';

const sides = useRedisSides();
const { redis, side, list, claim, record } = sides;
const { dead, lapse, kinds } = useDeadOwner(sides);

describe('what a lapsed owner has', () => {
  test('leaves where a live owner has a backend, and its claim stays, marked', async () => {
    const me = side();
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.2'] });
    expect(await list('a.local')).toEqual(['app', A, B]);
    const mine = await claim('a.local');

    expect(await lapse(me)).toBe('lapsed');
    expect(await kinds(me, ['a.local'], 'look')).toEqual(['update']);
    expect(await list('a.local')).toEqual(['app', A, B]);
    expect(await kinds(me, ['a.local'], 'others')).toEqual(['update']);

    expect(await list('a.local')).toEqual(['app', B]);
    expect(JSON.parse((await claim('a.local', DEAD)) ?? '')).toEqual(LAPSED);
    expect(await claim('a.local')).toBe(mine);
    expect(await kinds(me, ['a.local'], 'all')).toEqual(['none']);
    expect((await me.pass({ 'a.local': ['10.0.0.2'] })).results).toEqual([]);
  });

  test('leaves where a foreign backend stands', async () => {
    const me = side();
    await me.open();
    await dead({ 'a.local': ['10.0.0.1'] });
    await redis.client.rpush('frontend:a.local', 'http://foreign:1');
    await lapse(me);

    expect(await kinds(me, ['a.local'], 'others')).toEqual(['update']);
    expect(await list('a.local')).toEqual(['app', 'http://foreign:1']);
  });

  test('stays where it is the last, until last backends may go', async () => {
    const me = side();
    await me.open();
    await dead({ 'a.local': ['10.0.0.1'] });
    await lapse(me);

    expect(await kinds(me, ['a.local'], 'others')).toEqual(['last']);
    expect([await list('a.local'), await claim('a.local', DEAD)]).toEqual([['app', A], CLAIM]);
    expect(await kinds(me, ['a.local'], 'all')).toEqual(['delete']);
    expect(await list('a.local')).toEqual([]);
    expect(JSON.parse((await claim('a.local', DEAD)) ?? '')).toEqual(LAPSED);
  });

  test.each([
    ['an owner that is lapsed itself', 30_000, 'last'],
    ['an owner of whom nobody knows whether it lives', undefined, 'last'],
    ['an owner that gave a sign within its lease', 2 * HOUR_MS, 'update'],
  ])('counts beside %s as %s lease says', async (_who, leaseMs, kind) => {
    const me = side();
    await me.open();
    await dead({ 'a.local': ['10.0.0.1'] });
    await side({ owner: 'other' }).pass({ 'a.local': ['10.0.0.2'] });
    const other = { ...(await record('other')), leaseMs };
    await redis.client.set('autodock:engine:other', JSON.stringify(other));
    await ageLease(redis.client, HOUR_MS, 'other');
    await lapse(me);

    expect(await kinds(me, ['a.local'], 'others')).toEqual([kind]);
    expect(await list('a.local')).toEqual(kind === 'last' ? ['app', A, B] : ['app', B]);
  });

  test('of a URL that a live owner has as well, one copy goes, and neither puts it back', async () => {
    const me = side();
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.1'] });
    expect(await list('a.local')).toEqual(['app', A, A]);
    await lapse(me);

    await kinds(me, ['a.local'], 'others');
    expect(await list('a.local')).toEqual(['app', A]);
    expect((await me.pass({ 'a.local': ['10.0.0.1'] })).results).toEqual([]);
    expect(await list('a.local')).toEqual(['app', A]);
  });

  test('was a hold: the vhost goes with the last backends, and nothing is left to find', async () => {
    const me = side();
    await me.open();
    await dead({ 'a.local': [] });
    await lapse(me);

    expect(await kinds(me, ['a.local'], 'others')).toEqual(['last']);
    expect(await kinds(me, ['a.local'], 'all')).toEqual(['delete']);
    expect(await redis.client.keys('*a.local*')).toEqual([]);
    expect(await claim('a.local', DEAD)).toBeNull();
  });

  test('takes dead marks with it, and leaves those of others on their backends', async () => {
    const me = side();
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.2'] });
    await redis.client.sadd('dead:a.local', '0', '1');
    await lapse(me);

    await kinds(me, ['a.local'], 'others');
    expect(await redis.client.smembers('dead:a.local')).toEqual(['0']);
  });

  test('and was reached by a wildcard takes marks with it under the hosts that this answered', async () => {
    const me = side();
    await dead({ '*.local': ['10.0.0.1'] });
    await me.pass({ '*.local': ['10.0.0.2'] });
    await redis.client.sadd('dead:x.local', '0', '1');
    await lapse(me);

    await kinds(me, ['*.local'], 'look');
    expect((await redis.client.smembers('dead:x.local')).sort()).toEqual(['0', '1']);
    await kinds(me, ['*.local'], 'others');
    expect(await redis.client.smembers('dead:x.local')).toEqual(['0']);
  });

  test('takes along what its containers ask of fronts', async () => {
    const me = side();
    const left = await dead({});
    await left.pass({ 'a.local': ['10.0.0.1'] }, { 'a.local': '{"timeout":1000}' });
    await ageLease(redis.client, HOUR_MS, DEAD);
    await me.pass({ 'a.local': ['10.0.0.2'] });
    await lapse(me);

    await kinds(me, ['a.local'], 'others');
    expect(await redis.client.exists('autodock:options:a.local')).toBe(0);
  });

  test('leaves a full Redis, too', async () => {
    const me = side();
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.2'] });
    await redis.client.config('SET', 'maxmemory', '1');

    expect(await lapse(me)).toBe('lapsed');
    expect(await kinds(me, ['a.local'], 'others')).toEqual(['update']);
    expect(await list('a.local')).toEqual(['app', B]);
  });

  test('is marked on a full Redis also where its entry is gone by now, so that nothing shrinks first', async () => {
    const me = side();
    await me.open();
    await dead({ 'a.local': ['10.0.0.1'] });
    await redis.client.rpush('frontend:a.local', 'http://foreign:1');
    await redis.client.lrem('frontend:a.local', 0, A);
    await lapse(me);
    await redis.client.config('SET', 'maxmemory', '1');

    expect(await kinds(me, ['a.local'], 'others')).toEqual(['release']);
    expect(JSON.parse((await claim('a.local', DEAD)) ?? '')).toEqual(LAPSED);
  });
});
