import { describe, expect, test } from 'vitest';
import { DEAD, useDeadOwner } from '../parts/dead-owner.ts';
import { A, B, CLAIM, useRedisSides } from '../parts/redis-sides.ts';
import { olderSide } from '../parts/without-index.ts';

const sides = useRedisSides();
const { redis, side, list, claim, record } = sides;
const { dead, lapse, kinds } = useDeadOwner(sides);

describe('an owner that comes back', () => {
  test('gives no sign before a pass, which puts all of it right', async () => {
    const me = side();
    const left = await dead({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
    await me.pass({ 'a.local': ['10.0.0.2'] });
    await lapse(me);
    await kinds(me, ['a.local', 'b.local'], 'all');

    expect((await left.beat()).outcome).toBe('lapsed');
    await left.pass({ 'a.local': ['10.0.0.1'] });
    expect(new Set(await list('a.local'))).toEqual(new Set(['app', A, B]));
    expect(await list('b.local')).toEqual([]);
    expect([await claim('a.local', DEAD), await claim('b.local', DEAD)]).toEqual([CLAIM, null]);
    expect((await left.beat()).outcome).toBe('renewed');
    expect(await record(DEAD)).not.toHaveProperty('lapsed');
  });

  test('finds what it had', async () => {
    const me = side();
    const left = await dead({ 'a.local': ['10.0.0.1'] });
    await me.open();
    await lapse(me);
    await kinds(me, ['a.local'], 'all');

    const { frontends } = await left.open();
    expect(frontends.get('a.local')?.claims.get(DEAD)).toEqual({
      backends: new Map(),
      heldSince: null,
      lapsed: new Map([[A, ['aaaaaaaaaaaa']]]),
    });
  });

  test('an earlier version beside it goes on as before', async () => {
    const me = side();
    await dead({ 'a.local': ['10.0.0.1'] });
    await me.open();
    const older = olderSide(redis.client, 'older');
    await older.pass({ 'a.local': [A] });
    await lapse(me);
    await kinds(me, ['a.local'], 'all');

    await older.pass({ 'a.local': [A] });
    expect(await list('a.local')).toEqual(['app', A]);
    await older.pass({ 'a.local': [] });
    expect(await list('a.local')).toEqual([]);
  });
});
