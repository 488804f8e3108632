import { afterEach, beforeEach, expect, test } from 'vitest';
import { ObserveError } from '../../src/errors.ts';
import { compareText } from '../../src/model/compare.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { ENGINE, redisSide } from '../parts/redis-side.ts';

const CLAIM = '{"http://10.0.0.1:80":["aaaaaaaaaaaa"]}';

let redis: RedisPart;

beforeEach(async () => {
  redis = await startRedis({ tcp: true });
});

afterEach(() => redis.stop());

function side(
  options: Partial<Parameters<typeof redisSide>[0]> = {},
): ReturnType<typeof redisSide> {
  return redisSide({ url: redis.url, ...options });
}

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

test('the prefix is put before every key as it is', async () => {
  const me = side({ keyPrefix: '#kop-' });
  await me.pass({ 'a.local': ['10.0.0.1'] });

  const keys = await redis.client.keys('*');
  expect(keys.sort(compareText)).toEqual([
    '#kop-autodock:engine:me',
    '#kop-autodock:owner:me',
    '#kop-autodock:owners',
    '#kop-frontend:a.local',
  ]);
  me.connection.close();
});

test('a steady pass costs one round trip and brings the identical objects', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] });
  const first = await me.open(['a.local', 'b.local', 'c.local']);
  const second = await me.open(['a.local', 'b.local', 'c.local']);

  expect([first.roundTrips, second.roundTrips]).toEqual([1, 1]);
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
  expect((await me.open([...frontends.keys()])).roundTrips).toBe(1);
  me.connection.close();
});

test('the claims of all owners are read, also of those that come later', async () => {
  const me = side();
  const other = side({ owner: 'other' });
  await me.pass({ 'a.local': ['10.0.0.1'] });
  expect((await me.open(['a.local'])).otherOwners).toEqual([]);
  await other.pass({ 'a.local': ['10.0.0.9'] });

  const { frontends, otherOwners, now } = await me.open(['a.local']);
  expect([...(frontends.get('a.local')?.claims.keys() ?? [])].sort(compareText)).toEqual([
    'me',
    'other',
  ]);
  expect(otherOwners.map(({ owner }) => owner)).toEqual(['other']);
  expect(now - (otherOwners[0]?.lastPassAt ?? 0)).toBeGreaterThanOrEqual(0);
  me.connection.close();
  other.connection.close();
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

test('keys of other types and malformed claims are told as such, in every way of reading', async () => {
  await redis.client.set('frontend:text.local', 'a string');
  await redis.client.hset('autodock:owner:me', 'text.local', CLAIM, 'bad.local', '{"held":"soon"}');
  await redis.client.zadd('autodock:owners', 1, 'other');
  await redis.client.set('autodock:owner:other', 'a string');
  const me = side();
  const names = ['text.local', 'bad.local'];

  for (const read of [
    (await me.open(names)).frontends,
    (await me.reader.peek(new Set(names))).frontends,
    await me.reader.read(names),
  ]) {
    expect(read.get('text.local')?.list).toEqual({ kind: 'wrong-type', type: 'string' });
    expect(read.get('bad.local')?.list).toEqual({ kind: 'absent' });
    expect(
      [...(read.get('bad.local')?.claims ?? [])].sort(([a], [b]) => compareText(a, b)),
    ).toEqual([
      ['me', 'malformed'],
      ['other', 'malformed'],
    ]);
  }
  me.connection.close();
});

test('a list that somebody filled beyond ten thousand backends is told as such, however long it is', async () => {
  const filled = (entries: number) => [
    'app',
    ...Array<string>(entries).fill('http://192.0.2.1:80'),
  ];
  await redis.client.rpush('frontend:full.local', ...filled(10_000));
  await redis.client.rpush('frontend:poisoned.local', ...filled(10_001));
  const me = side();
  const names = ['full.local', 'poisoned.local'];

  for (const read of [
    (await me.open(names)).frontends,
    (await me.reader.peek(new Set(names))).frontends,
    await me.reader.read(names),
  ]) {
    expect(read.get('full.local')?.list).toMatchObject({ kind: 'list', identifier: 'app' });
    expect(read.get('poisoned.local')?.list).toEqual({ kind: 'too-long' });
  }
  me.connection.close();
});

test('a set of owners of another type is an error that names the key', async () => {
  await redis.client.set('autodock:owners', 'a string');
  const me = side();

  for (const reading of [me.reader.open(ENGINE, new Set()), me.reader.peek(new Set())]) {
    await expect(reading).rejects.toBeInstanceOf(ObserveError);
    await expect(reading).rejects.toThrow('autodock:owners');
  }
  me.connection.close();
});

test('peeking tells the same without an epoch and writes nothing', async () => {
  const me = side();
  const other = side({ owner: 'other' });
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2', '10.0.0.2'] });
  await other.pass({ 'a.local': ['10.0.0.9'] });
  const opened = await me.open(['c.local']);
  const score = await redis.client.zscore('autodock:owners', 'me');

  const peeked = await me.reader.peek(new Set(['c.local']));
  expect(peeked.epoch).toBeNull();
  expect(peeked.otherOwners).toEqual(opened.otherOwners);
  expect(peeked.frontends).toEqual(opened.frontends);
  expect(await me.reader.read(['a.local'])).toEqual(
    new Map([['a.local', opened.frontends.get('a.local')]]),
  );
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(score);
  me.connection.close();
  other.connection.close();
});

test('peeking needs no right but to read', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'] });
  await redis.client.set('frontend:text.local', 'a string');
  await redis.client.acl('SETUSER', 'reader', 'on', '>secret', '%R~*', '+@read', '+@connection');
  const onlooker = side({ url: `redis://reader:secret@127.0.0.1:${redis.port}` });

  const { frontends } = await onlooker.reader.peek(new Set(['text.local']));
  expect([...frontends.keys()].sort(compareText)).toEqual(['a.local', 'text.local']);
  expect((await onlooker.reader.read(['a.local', 'text.local'])).size).toBe(2);
  await expect(onlooker.reader.open(ENGINE, new Set())).rejects.toThrow(
    /does not grant user reader the command eval/,
  );
  me.connection.close();
  onlooker.connection.close();
});

test('ten thousand frontends are read in steps that do not hold up Redis', async () => {
  const me = side();
  const vhosts = Array.from({ length: 10_000 }, (_, n) => `app-${n}.local`);
  await redis.client.hset('autodock:owner:me', ...vhosts.flatMap((vhost) => [vhost, CLAIM]));
  const fill = redis.client.pipeline();
  for (const vhost of vhosts) fill.rpush(`frontend:${vhost}`, 'app', 'http://10.0.0.1:80');
  await fill.exec();
  const first = await me.open(vhosts);
  const used = process.cpuUsage();

  const second = await me.open(vhosts);
  const { user, system } = process.cpuUsage(used);
  const ownMs = Math.round((user + system) / 1_000);
  console.info(`steady pass at 10,000 frontends: ${ownMs} ms of our processor`);
  expect(second.roundTrips).toBe(1);
  expect(second.frontends.get('app-9.local')).toBe(first.frontends.get('app-9.local'));
  me.connection.close();
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
