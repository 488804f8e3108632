import { describe, expect, test } from 'vitest';
import { createRedisReader } from '../../src/observe/frontends/redis.ts';
import { ageLease } from '../parts/age-lease.ts';
import { ENGINE } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';
import { olderSide } from '../parts/without-index.ts';

const { redis, side } = useRedisSides();
const SECOND = { owner: 'second', engine: { id: 'ENGINE:2', name: 'host-2' } };
const NOTHING: ReadonlySet<string> = new Set();
const HOUR_MS = 3_600_000;

const opens = async (
  ...[one, engine = ENGINE]: readonly [ReturnType<typeof side>, typeof ENGINE?]
) => (await one.reader.open(engine, NOTHING)).kind;

describe('of two hosts that route to container addresses', () => {
  test('the second one is refused, is told of the first, and writes nothing', async () => {
    await side().open();
    const before = (await redis.client.keys('*')).length;

    const refused = await side(SECOND).reader.open(SECOND.engine, NOTHING);

    expect(refused).toMatchObject({
      kind: 'contested',
      overlaps: 'me',
      record: { engine: 'host-1' },
    });
    expect(await redis.client.zrange('autodock:owners', '0', '-1')).toEqual(['me']);
    expect(await redis.client.keys('*')).toHaveLength(before);
  });

  test.each([
    [true, true, 'opened'],
    [true, false, 'contested'],
    [false, true, 'contested'],
  ])('both have to say that one network joins them: %s and %s', async (mine, theirs, kind) => {
    await side({ sharedNetwork: mine }).open();
    expect(await opens(side({ ...SECOND, sharedNetwork: theirs }), SECOND.engine)).toBe(kind);
  });

  test('the first one goes on, also when it is started anew', async () => {
    const me = side();
    await me.open();
    await opens(side(SECOND), SECOND.engine);

    expect(await opens(me)).toBe('opened');
    expect(await opens(side())).toBe('opened');
  });

  test('the second one may when the first is lapsed, which is refused then', async () => {
    const me = side();
    await me.open();
    await ageLease(redis.client, HOUR_MS, 'me');

    expect(await opens(side(SECOND), SECOND.engine)).toBe('opened');
    expect(await opens(me)).toBe('contested');
  });

  test('one that leaves is let in to withdraw what it wrote, and the first one goes on beside it', async () => {
    const me = side();
    await me.open();
    const { connection, keys, owner } = side(SECOND);
    const leaving = createRedisReader(connection, {
      ...{ owner, keys, leaseMs: null, patienceMs: 90_000, isLeaving: true, run: 'leaving' },
      ...{ boot: null, address: 'container', sharedNetwork: false, version: '1.0.0' },
    });

    expect((await leaving.open(SECOND.engine, NOTHING)).kind).toBe('opened');
    expect(await opens(me)).toBe('opened');
  });

  test('two owners of one engine are no such two', async () => {
    await side().open();
    expect(await opens(side({ owner: 'second' }))).toBe('opened');
  });

  test('an earlier version, which does not say how it is reached, is warned of and not refused', async () => {
    await olderSide(redis.client, 'older').open();
    expect(await opens(side(SECOND), SECOND.engine)).toBe('opened');
  });
});
