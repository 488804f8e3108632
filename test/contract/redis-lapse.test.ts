import { describe, expect, test } from 'vitest';
import { ageLease } from '../parts/age-lease.ts';
import { DEAD, HOUR_MS, useDeadOwner } from '../parts/dead-owner.ts';
import { A, B, useRedisSides } from '../parts/redis-sides.ts';
import { olderSide } from '../parts/without-index.ts';

const sides = useRedisSides();
const { redis, side, list, record } = sides;
const { dead, lapse, kinds } = useDeadOwner(sides);

/** The finder of the lapsed owner looked at it last so long ago. */
async function ageLook(byMs: number): Promise<void> {
  const found = await record(DEAD);
  const lapsed = { ...found.lapsed, at: (found.lapsed?.at ?? 0) - byMs };
  await redis.client.set(`autodock:engine:${DEAD}`, JSON.stringify({ ...found, lapsed }));
}

describe('an owner is lapsed', () => {
  test('not by a sign that was seen of another run of Redis, though it was at the same time, nor by an older one', async () => {
    const me = side();
    await me.open();
    await dead({ 'a.local': ['10.0.0.1'] });
    const [seen] = (await me.beat()).otherOwners;
    if (seen === undefined) throw new Error('nobody is dead');

    expect(await me.reaper.lapse({ ...seen, redisRun: 'another' })).toBe('returned');
    expect(await me.reaper.lapse({ ...seen, at: (seen.at ?? 0) - 1 })).toBe('returned');
    expect(await record(DEAD)).not.toHaveProperty('lapsed');
    expect(await me.reaper.lapse(seen)).toBe('lapsed');
  });

  test('no more once it gave a sign, which ends the reaping of it as well', async () => {
    const me = side();
    const left = await dead({ 'a.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.2'] });
    const { otherOwners } = await me.beat();
    const [seen] = otherOwners;
    await left.open();
    expect(seen && (await me.reaper.lapse(seen))).toBe('returned');

    await ageLease(redis.client, HOUR_MS, DEAD);
    expect(await lapse(me)).toBe('lapsed');
    await left.open();
    expect(await kinds(me, ['a.local'], 'others')).toBeNull();
    expect(await list('a.local')).toEqual(['app', A, B]);
  });

  test('never where it publishes no lease', async () => {
    const me = side();
    await me.open();
    await olderSide(redis.client, DEAD).pass({ 'a.local': [A] });
    await redis.client.zadd('autodock:owners', 1, DEAD);

    expect(await lapse(me)).toBe('returned');
    expect(await kinds(me, ['a.local'], 'all')).toBeNull();
  });

  test('never where it gives no sign by itself, however long ago it passed', async () => {
    const me = side();
    await me.open();
    await side({ owner: DEAD, leaseMs: null }).pass({ 'a.local': ['10.0.0.1'] });
    await ageLease(redis.client, HOUR_MS, DEAD);

    expect(await lapse(me)).toBe('returned');
    expect(await record(DEAD)).not.toHaveProperty('lapsed');
  });

  test('to one finder, while that one lives', async () => {
    const [me, second] = [side(), side({ owner: 'second', leaseMs: 30_000 })];
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.open();
    await second.open();
    expect(await lapse(second)).toBe('lapsed');
    expect(await lapse(me)).toBe('left');
    expect(await kinds(me, ['a.local'], 'all')).toBeNull();

    await ageLease(redis.client, HOUR_MS, 'second');
    expect(await lapse(me)).toBe('lapsed');
    expect(await kinds(second, ['a.local'], 'all')).toBeNull();
    expect(await kinds(me, ['a.local'], 'all')).toEqual(['delete']);
  });

  test('to another one, where its finder looks no more, though that one lives', async () => {
    const [me, second] = [side(), side({ owner: 'second', leaseMs: 30_000 })];
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.open();
    await second.open();
    await lapse(second);
    await ageLook(31_000);
    expect([await lapse(second), await lapse(me)]).toEqual(['lapsed', 'left']);

    await ageLook(31_000);
    await second.beat();
    expect([await lapse(me), await lapse(second)]).toEqual(['lapsed', 'left']);
    expect(await kinds(second, ['a.local'], 'all')).toBeNull();
    expect(await kinds(me, ['a.local'], 'all')).toEqual(['delete']);
  });

  test('to another one, where its finder gives no sign by itself any more, and so does not look', async () => {
    const [me, second] = [side(), side({ owner: 'second', leaseMs: 30_000 })];
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.open();
    await second.open();
    await lapse(second);

    await side({ owner: 'second', leaseMs: null }).open();
    expect(await lapse(me)).toBe('lapsed');
  });

  test('to its finder for longer, where there are so many hosts that all of them look more seldom', async () => {
    const [me, second] = [side(), side({ owner: 'second', leaseMs: 30_000 })];
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.open();
    await second.open();
    for (let n = 0; n < 120; n++) await redis.client.zadd('autodock:owners', 1, `host-${n}`);
    await lapse(second);

    await ageLook(35_000);
    expect(await lapse(me)).toBe('left');
  });

  test('and what it sent before comes too late: it is fenced', async () => {
    const me = side();
    const left = await dead({ 'a.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.2'] });
    const opened = await left.open(['a.local', 'b.local']);
    await ageLease(redis.client, HOUR_MS, DEAD);
    await lapse(me);
    await kinds(me, ['a.local'], 'others');

    const late = left.plan(opened, { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
    expect(await left.applier.apply(late)).toMatchObject({ kind: 'fenced' });
    expect(await list('a.local')).toEqual(['app', B]);
    expect(await list('b.local')).toEqual([]);
  });
});
