import { describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { commandsRun } from '../parts/redis-looks.ts';
import { A, B, CLAIM, useRedisSides } from '../parts/redis-sides.ts';
import { olderSide, recordedKeys, restoreKeys } from '../parts/without-index.ts';

const { redis, side, list, record } = useRedisSides();

const members = async (vhost: string) =>
  (await redis.client.smembers(`autodock:claims:${vhost}`)).sort(compareText);

test('the index tells who claims a vhost, and nobody who claims it no more', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
  await other.pass({ 'a.local': ['10.0.0.2'] });
  expect([await members('a.local'), await members('b.local')]).toEqual([['me', 'other'], ['me']]);

  await me.pass({ 'b.local': ['10.0.0.1'] });
  expect(await members('a.local')).toEqual(['other']);
  await other.pass({});
  expect(await redis.client.exists('autodock:claims:a.local')).toBe(0);
});

test('a held vhost is told, too, until its hold ends', async () => {
  const me = side();
  await me.pass({ 'a.local': [] });
  expect(await members('a.local')).toEqual(['me']);

  await me.pass({});
  expect(await members('a.local')).toEqual([]);
});

test('what somebody deletes in the index is told again by the next pass, in one more round trip', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] });
  await redis.client.del('autodock:claims:a.local');

  const before = me.roundTrips();
  await me.open(['a.local', 'b.local']);
  expect(await members('a.local')).toEqual(['me']);
  await me.open(['a.local', 'b.local']);
  expect(me.roundTrips() - before).toBe(2 + 1);
});

test('an owner whose record was lost can withdraw routes from a full Redis', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] });
  await redis.client.del('autodock:engine:me');
  await redis.client.config('SET', 'maxmemory', '1');

  expect((await me.pass({ 'a.local': ['10.0.0.1'] })).results).toEqual([
    { vhost: 'b.local', kind: 'delete' },
  ]);
});

test('an owner that is told where it claims nothing is taken out by whoever writes there', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await other.pass({ 'b.local': ['10.0.0.2'] });
  await redis.client.sadd('autodock:claims:a.local', 'other', 'nobody');

  await me.pass({ 'a.local': ['10.0.0.1'] });
  expect(await members('a.local')).toEqual(['me', 'nobody']);
});

test('a key of another type in the place of the index is named, and its vhost left alone', async () => {
  const me = side();
  await redis.client.set('autodock:claims:a.local', 'a string');

  const { results } = await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
  expect(results).toEqual([
    {
      vhost: 'a.local',
      kind: 'fault',
      key: 'autodock:claims:a.local',
      problem: 'holds a value of type string, not a set',
    },
    { vhost: 'b.local', kind: 'create' },
  ]);
});

test('an owner whose claims cannot all be told stays one that is looked for everywhere', async () => {
  const me = side();
  await redis.client.hset('autodock:owner:me', 'a.local', CLAIM, 'b.local', CLAIM);
  await redis.client.rpush('frontend:b.local', 'app', A);
  await redis.client.set('autodock:claims:a.local', 'a string');
  await me.open();
  expect(await record('me')).not.toHaveProperty('index');
  await redis.client.del('autodock:claims:b.local');

  await side({ owner: 'other' }).pass({ 'b.local': ['10.0.0.1'] });
  expect(await list('b.local')).toEqual(['app', A, A]);

  await redis.client.del('autodock:claims:a.local');
  await me.open();
  expect(await record('me')).toMatchObject({ index: 1 });
});

test('however many owners there are, a pass asks for the claims that stand in its vhosts', async () => {
  const me = side();
  const wanted = { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] };
  await me.pass(wanted);
  const others = Array.from({ length: 30 }, (_, n) => side({ owner: `owner-${n}` }));
  for (const [n, other] of others.entries()) await other.pass({ [`of-${n}.local`]: ['10.0.1.1'] });
  await others[0]?.pass({ 'a.local': ['10.0.1.1'] });

  await redis.client.config('RESETSTAT');
  const { frontends } = await me.open(['a.local', 'b.local']);
  expect([...(frontends.get('a.local')?.claims.keys() ?? [])]).toEqual(['me', 'owner-0']);
  // Those of the two owners, and what fronts of this host asked for.
  expect(await commandsRun(redis.client, 'hmget')).toBe(3);

  await redis.client.config('RESETSTAT');
  await me.applier.apply(me.plan(await me.open(), { 'a.local': ['10.0.0.1'] }));
  // The reading and the write, each of this owner and of the one that claims there, and one claim that goes; and the fronts.
  expect(await commandsRun(redis.client, 'hmget')).toBeLessThanOrEqual(5);
});

describe('beside a version that keeps no index', () => {
  test('what it left is taken over as it stands, foreign entries and all', async () => {
    await restoreKeys(redis.client);
    const lists = recordedKeys().filter(([command]) => command === 'rpush');

    const alpha = side({ owner: 'alpha', holdMs: 600_000 });
    const opened = await alpha.open();
    const wanted = {
      ...{ 'a.local': ['10.0.0.1'], 'shared.local': ['10.0.0.1'], 'both.local': ['10.0.0.9'] },
      ...{ 'heavy.local': ['10.0.0.1', '10.0.0.1', '10.0.0.2'], 'adopted.local': ['10.0.0.1'] },
      'left.local': [],
    };
    await alpha.applier.apply(alpha.plan(opened, wanted));

    for (const [, key = '', ...items] of lists) {
      const isGone = key === 'frontend:*.wild.local';
      expect(await redis.client.lrange(key, 0, -1), key).toEqual(
        isGone ? items.slice(0, 1) : items,
      );
    }
    expect(await record('alpha')).toMatchObject({ index: 1 });
    expect(await members('both.local')).toEqual(['alpha']);
    const both = (await alpha.open()).frontends.get('both.local');
    expect([...(both?.claims.keys() ?? [])]).toEqual(['alpha', 'beta']);
  });

  test('what both claim is there twice, whoever comes last, and goes with its owner', async () => {
    const [me, older] = [side(), olderSide(redis.client, 'older')];
    await me.pass({ 'a.local': ['10.0.0.1'] });
    await older.pass({ 'a.local': [A], 'b.local': [A] });
    await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
    expect([await list('a.local'), await list('b.local')]).toEqual([
      ['app', A, A],
      ['b.local', A, A],
    ]);

    await me.pass({});
    expect(await list('a.local')).toEqual(['app', A]);
    await older.pass({ 'a.local': [], 'b.local': [] });
    expect([await list('a.local'), await list('b.local')]).toEqual([[], []]);
  });

  test('what it writes between the opening and the write of a pass is seen by the write', async () => {
    const [me, older] = [side(), olderSide(redis.client, 'older')];
    await me.pass({});
    const plan = me.plan(await me.open(['a.local']), { 'a.local': ['10.0.0.1'] });
    await older.pass({ 'a.local': [A] });

    await me.applier.apply(plan);
    expect(await list('a.local')).toEqual(['a.local', A, A]);
  });

  test('an owner that goes back to it and comes again is seen all the time', async () => {
    const [me, older, other] = [side(), olderSide(redis.client, 'me'), side({ owner: 'other' })];
    await me.pass({ 'a.local': ['10.0.0.1'] });
    await older.pass({ 'a.local': [], 'b.local': [A] });
    expect(await record('me')).not.toHaveProperty('index');
    expect(await members('b.local')).toEqual([]);

    await other.pass({ 'b.local': ['10.0.0.1'] });
    expect(await list('b.local')).toEqual(['b.local', A, A]);
    await me.pass({ 'b.local': ['10.0.0.1', '10.0.0.2'] });
    expect(await record('me')).toMatchObject({ index: 1 });
    expect(await members('b.local')).toEqual(['me', 'other']);
    expect(await list('b.local')).toEqual(['b.local', A, A, B]);
  });

  test('a late write of it is fenced by a pass of this version, and the other way round', async () => {
    const [me, older] = [side(), olderSide(redis.client, 'me')];
    const epoch = await older.open();
    const opened = await me.open(['a.local']);
    expect(await older.apply(epoch, { 'a.local': [B] })).toEqual(['fenced']);

    await older.open();
    const late = await me.applier.apply(me.plan(opened, { 'a.local': ['10.0.0.1'] }));
    expect(late).toMatchObject({ kind: 'fenced' });
    expect(await list('a.local')).toEqual([]);
  });

  test('it is seen also where the clock of Redis was set back', async () => {
    const [me, older] = [side(), olderSide(redis.client, 'older')];
    await older.pass({});
    await me.pass({});
    const ahead = Date.now() + 3_600_000;
    await redis.client.set('autodock:index', `${ahead} `);
    await redis.client.zadd('autodock:owners', ahead, 'me');
    await older.pass({ 'a.local': [A] });

    await me.pass({ 'a.local': ['10.0.0.1'] });
    expect(await list('a.local')).toEqual(['a.local', A, A]);
  });

  test('plain commands tell its claims as scripts do', async () => {
    const [me, older] = [side(), olderSide(redis.client, 'older')];
    await side({ owner: 'other' }).pass({ 'a.local': ['10.0.0.2'] });
    await older.pass({ 'a.local': [A] });
    await me.pass({ 'a.local': ['10.0.0.1'] });
    await older.pass({ 'b.local': [A] });

    const names = ['a.local', 'b.local'];
    const { frontends } = await me.open(names);
    for (const plain of [
      await me.reader.read(names),
      (await me.reader.peek(new Set(names))).frontends,
    ]) {
      expect([...plain]).toEqual([...frontends]);
    }
  });
});
