import { expect, test } from 'vitest';
import { scanKeys } from '../../src/clients/redis-scan.ts';
import { compareText } from '../../src/model/compare.ts';
import { commandsRun, scriptsRun } from '../parts/redis-looks.ts';
import type { RedisSide } from '../parts/redis-side.ts';
import { CLAIM, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();

/** How often Redis is asked to open a pass with this hint. */
async function roundTripsOf(one: RedisSide, hint: readonly string[]): Promise<number> {
  const before = one.roundTrips();
  await one.open(hint);
  return one.roundTrips() - before;
}

test('the prefix is put before every key as it is', async () => {
  const me = side({ keyPrefix: '#kop-' });
  await me.pass({ 'a.local': ['10.0.0.1'] });

  const keys = await redis.client.keys('*');
  expect(keys.sort(compareText)).toEqual([
    '#kop-autodock:claims:a.local',
    '#kop-autodock:engine:me',
    '#kop-autodock:index',
    '#kop-autodock:owner:me',
    '#kop-autodock:owners',
    '#kop-frontend:a.local',
  ]);
  me.connection.close();
});

test('a steady pass costs one round trip and brings the identical objects', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] });
  const before = me.roundTrips();
  const first = await me.open(['a.local', 'b.local', 'c.local']);
  const second = await me.open(['a.local', 'b.local', 'c.local']);

  expect(me.roundTrips() - before).toBe(2);
  expect([...second.frontends.keys()].sort(compareText)).toEqual(['a.local', 'b.local', 'c.local']);
  for (const [vhost, frontend] of second.frontends) {
    expect(frontend).toBe(first.frontends.get(vhost));
  }
  me.connection.close();
});

test('what has changed is seen, and the rest stays the identical object', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] });
  const first = await me.open(['a.local', 'b.local']);
  await redis.client.rpush('frontend:a.local', 'http://foreign:1');
  const second = await me.open(['a.local', 'b.local']);

  expect(second.frontends.get('a.local')?.list).toEqual({
    kind: 'list',
    identifier: 'app',
    entries: ['http://10.0.0.1:80', 'http://foreign:1'],
  });
  expect(second.frontends.get('b.local')).toBe(first.frontends.get('b.local'));
  me.connection.close();
});

test('claims that the hint does not name are found and read', async () => {
  const me = side();
  const vhosts = Array.from({ length: 2_500 }, (_, n) => `app-${n}.local`);
  await redis.client.hset('autodock:owner:me', ...vhosts.flatMap((vhost) => [vhost, CLAIM]));

  const { frontends } = await me.open(['app-7.local', 'new.local']);
  expect(frontends.size).toBe(2_501);
  expect(frontends.get('app-2499.local')?.claims.get(me.owner)).toEqual({
    backends: new Map([['http://10.0.0.1:80', ['aaaaaaaaaaaa']]]),
    heldSince: null,
  });
  expect(await roundTripsOf(me, [...frontends.keys()])).toBe(1);
  me.connection.close();
});

test('the claims of all owners are read, also of those that come later', async () => {
  const me = side();
  const other = side({ owner: 'other' });
  await me.pass({ 'a.local': ['10.0.0.1'] });
  expect((await me.beat()).otherOwners).toEqual([]);
  await other.pass({ 'a.local': ['10.0.0.9'] });

  const { frontends } = await me.open(['a.local']);
  expect([...(frontends.get('a.local')?.claims.keys() ?? [])].sort(compareText)).toEqual([
    'me',
    'other',
  ]);
  const { otherOwners, clock } = await me.beat();
  expect(otherOwners.map(({ owner }) => owner)).toEqual(['other']);
  expect(clock.now - (otherOwners[0]?.lastSignAt ?? 0)).toBeGreaterThanOrEqual(0);
  me.connection.close();
  other.connection.close();
});

test('ten thousand frontends are read in steps that do not hold up Redis', async () => {
  const me = side();
  const vhosts = Array.from({ length: 10_000 }, (_, n) => `app-${n}.local`);
  await redis.client.hset('autodock:owner:me', ...vhosts.flatMap((vhost) => [vhost, CLAIM]));
  const fill = redis.client.pipeline();
  for (const vhost of vhosts) fill.rpush(`frontend:${vhost}`, 'app', 'http://10.0.0.1:80');
  await fill.exec();
  await me.open(['loads-the-scripts.local']);
  const before = await scriptsRun(redis.client);
  const first = await me.open(vhosts);
  expect((await scriptsRun(redis.client)) - before).toBe(1 + 100);
  const [used, trips] = [process.cpuUsage(), me.roundTrips()];

  const second = await me.open(vhosts);
  const { user, system } = process.cpuUsage(used);
  const ownMs = Math.round((user + system) / 1_000);
  console.info(`steady pass at 10,000 frontends: ${ownMs} ms of our processor`);
  expect(me.roundTrips() - trips).toBe(1);
  expect(second.frontends.get('app-9.local')).toBe(first.frontends.get('app-9.local'));
  me.connection.close();
});

test('up to fifty thousand vhosts are asked for in one round trip, more in two', async () => {
  const me = side();
  const vhosts = Array.from({ length: 50_000 }, (_, n) => `app-${n}.local`);

  // 500 commands: the opening, and one for each 100 vhosts.
  expect(await roundTripsOf(me, vhosts.slice(0, 49_900))).toBe(1);
  expect(await roundTripsOf(side({ owner: 'other' }), vhosts)).toBe(2);
});

test('names that only a claim tells of are asked for in steps, those of keys too', async () => {
  const me = side();
  const vhosts = Array.from({ length: 10_000 }, (_, n) => `app-${n}.local`);
  await redis.client.hset('autodock:owner:me', ...vhosts.flatMap((vhost) => [vhost, CLAIM]));
  const fill = redis.client.pipeline();
  for (const vhost of vhosts) fill.rpush(`frontend:${vhost}`, 'app', 'http://10.0.0.1:80');
  await fill.exec();
  await redis.client.config('RESETSTAT');

  expect((await me.reader.peek(new Set())).frontends.size).toBe(10_000);
  expect((await scanKeys(me.connection, 'frontend:')).size).toBe(10_000);

  expect(await commandsRun(redis.client, 'hmget')).toBe(25);
  // Of a thousand or so: Redis takes the number as a hint.
  expect(await commandsRun(redis.client, 'hscan')).toBeGreaterThan(5);
  expect(await commandsRun(redis.client, 'scan')).toBeGreaterThan(5);
});

test('scripts that Redis forgot are loaded again within the pass', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'] });
  await redis.client.script('FLUSH');

  expect(await me.pass({ 'a.local': ['10.0.0.2'] })).toMatchObject({ kind: 'applied' });
  expect(await redis.client.lrange('frontend:a.local', 0, -1)).toEqual([
    'app',
    'http://10.0.0.2:80',
  ]);
  me.connection.close();
});
