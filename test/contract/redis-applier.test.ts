import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { startFaultProxy } from '../parts/fault-proxy.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { type RedisSide, type RedisSideOptions, redisSide } from '../parts/redis-side.ts';
import { waitFor } from '../parts/wait-for.ts';

const A = 'http://10.0.0.1:80';
const B = 'http://10.0.0.2:80';

let redis: RedisPart;
let sides: RedisSide[];

beforeEach(async () => {
  redis = await startRedis({ tcp: true });
  sides = [];
});

afterEach(async () => {
  for (const { connection } of sides) connection.close();
  await redis.stop();
});

function side(options: Partial<RedisSideOptions> = {}): RedisSide {
  const made = redisSide({ url: redis.url, ...options });
  sides.push(made);
  return made;
}

const list = (vhost: string): Promise<string[]> => redis.client.lrange(`frontend:${vhost}`, 0, -1);
const claim = (vhost: string, owner = 'me'): Promise<string | null> =>
  redis.client.hget(`autodock:owner:${owner}`, vhost);

test('a frontend, its claim and its end', async () => {
  const me = side();
  expect(await me.pass({ 'a.local': ['10.0.0.1', '10.0.0.2', '10.0.0.2'] })).toEqual({
    kind: 'applied',
    results: [{ vhost: 'a.local', kind: 'create' }],
    marksMoved: 0,
  });
  expect(await list('a.local')).toEqual(['app', A, B, B]);
  expect(await claim('a.local')).toBe(
    `{"${A}":["aaaaaaaaaaaa"],"${B}":["aaaaaaaaaaaa","aaaaaaaaaaaa"]}`,
  );

  expect((await me.pass({})).results).toEqual([{ vhost: 'a.local', kind: 'delete' }]);
  expect(await list('a.local')).toEqual([]);
  expect(await redis.client.exists('autodock:owner:me')).toBe(0);
});

test('a plan of an overtaken pass writes nothing', async () => {
  const me = side();
  const late = me.plan(await me.open(), { 'a.local': ['10.0.0.1'] });
  await me.pass({ 'a.local': ['10.0.0.2'] });

  expect(await me.applier.apply(late)).toEqual({ kind: 'fenced', results: [] });
  expect(await list('a.local')).toEqual(['app', B]);
});

test('an owner whose score is gone writes nothing', async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'] });
  await redis.client.del('autodock:owners');

  expect(await me.applier.apply(plan)).toMatchObject({ kind: 'fenced' });
  expect(await list('a.local')).toEqual([]);
});

test('a plan that only looked is refused', async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'] });

  await expect(me.applier.apply({ ...plan, epoch: null })).rejects.toThrow('only looked');
});

test('a key of another type is reported with its name and skips that vhost alone', async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
  await redis.client.set('frontend:a.local', 'a string');

  expect((await me.applier.apply(plan)).results).toEqual([
    {
      vhost: 'a.local',
      kind: 'fault',
      key: 'frontend:a.local',
      problem: 'holds a value of type string, not a list',
    },
    { vhost: 'b.local', kind: 'create' },
  ]);
  expect(await redis.client.get('frontend:a.local')).toBe('a string');
  expect(await claim('a.local')).toBeNull();
});

test('a list that somebody filled is reported with its name, left as it is, and skips that vhost alone', async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
  await redis.client.rpush('frontend:a.local', 'app', ...Array<string>(10_001).fill(A));

  expect((await me.applier.apply(plan)).results).toEqual([
    {
      vhost: 'a.local',
      kind: 'fault',
      key: 'frontend:a.local',
      problem: 'holds more than 10000 backends',
    },
    { vhost: 'b.local', kind: 'create' },
  ]);
  expect(await redis.client.llen('frontend:a.local')).toBe(10_002);
  expect(await claim('a.local')).toBeNull();
});

test("malformed claims, also another owner's, are reported with their key and skip that vhost", async () => {
  const me = side();
  const plan = me.plan(await me.open(), { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] });
  await redis.client.zadd('autodock:owners', 1, 'other');
  await redis.client.hset('autodock:owner:other', 'a.local', '{"held":');

  expect((await me.applier.apply(plan)).results).toMatchObject([
    { vhost: 'a.local', kind: 'fault', key: 'autodock:owner:other' },
    { vhost: 'b.local', kind: 'create' },
  ]);
  expect(await list('a.local')).toEqual([]);
});

test('what the plan says of a fault is what the script says of it', async () => {
  const me = side();
  await redis.client.set('frontend:a.local', 'a string');
  await redis.client.zadd('autodock:owners', 1, 'other');
  await redis.client.hset('autodock:owner:other', 'b.local', 'nonsense');
  const wanted = { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1'] };
  const { faults } = me.plan(await me.open(Object.keys(wanted)), wanted);
  const blind = me.plan({ ...(await me.open()), frontends: new Map() }, wanted);

  const { results } = await me.applier.apply(blind);
  expect(results).toEqual(faults.map((fault) => ({ ...fault, kind: 'fault' })));
});

test('marks move with their backend, those of the removed go, and the TTL stays', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1', '10.0.0.2', '10.0.0.3'] });
  await redis.client.sadd('dead:a.local', '0', '2', 'junk', '007');
  await redis.client.pexpireat('dead:a.local', 4_000_000_000_000);

  expect(await me.pass({ 'a.local': ['10.0.0.2', '10.0.0.3'] })).toMatchObject({ marksMoved: 1 });
  expect(await list('a.local')).toEqual(['app', 'http://10.0.0.3:80', B]);
  expect(await redis.client.smembers('dead:a.local')).toEqual(['0']);
  expect(await redis.client.pexpiretime('dead:a.local')).toBe(4_000_000_000_000);
});

test('marks of a frontend that is created or deleted go', async () => {
  const me = side();
  await redis.client.sadd('dead:a.local', '0');
  await me.pass({ 'a.local': ['10.0.0.1'] });
  expect(await redis.client.exists('dead:a.local')).toBe(0);

  await redis.client.sadd('dead:a.local', '0');
  await me.pass({});
  expect(await redis.client.exists('dead:a.local')).toBe(0);
});

test('a key of another type at dead: is left alone, and the list is changed', async () => {
  const me = side();
  await redis.client.set('dead:a.local', 'a string');

  expect((await me.pass({ 'a.local': ['10.0.0.1'] })).results).toEqual([
    { vhost: 'a.local', kind: 'create' },
  ]);
  expect(await redis.client.get('dead:a.local')).toBe('a string');
});

test('marks under the hosts that a wildcard answers move, those under others stay', async () => {
  const me = side({ keyPrefix: 'p*[x]:' });
  const dead = (host: string): string => `p*[x]:dead:${host}`;
  await me.pass({ '*.example.com': ['10.0.0.1', '10.0.0.2'], 'exact.example.com': ['10.0.0.9'] });
  const hosts = ['a.example.com', 'a.b.example.com', 'exact.example.com', 'other.com'];
  for (const host of hosts) await redis.client.sadd(dead(host), '0', '1');
  await redis.client.set(dead('a.example.com:http://10.0.0.1'), 'a lock of planb');

  await me.pass({ '*.example.com': ['10.0.0.2'], 'exact.example.com': ['10.0.0.9'] });
  const marks = await Promise.all(hosts.map((host) => redis.client.smembers(dead(host))));
  expect(marks).toEqual([['0'], ['0'], ['0', '1'], ['0', '1']]);
});

test('the marks of a host that a new wildcard takes over go', async () => {
  const me = side();
  await redis.client.rpush('frontend:*', 'foreign', 'http://10.9.9.9:80');
  await redis.client.sadd('dead:a.example.com', '0');

  await me.pass({ '*.example.com': ['10.0.0.1'] });
  expect(await redis.client.exists('dead:a.example.com')).toBe(0);
});

test('foreign entries of any bytes stay as they are', async () => {
  const me = side();
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x80]);
  await redis.client.rpush('frontend:a.local', Buffer.from([0xc3, 0x28]), bytes, A);
  await me.pass({ 'a.local': ['10.0.0.1', '10.0.0.2'] });
  await me.pass({ 'a.local': ['10.0.0.3'] });

  expect(await redis.client.lrangeBuffer('frontend:a.local', 0, -1)).toEqual([
    Buffer.from([0xc3, 0x28]),
    bytes,
    Buffer.from('http://10.0.0.3:80'),
  ]);
});

test('a foreign list that is longer than a Lua stack is written to all the same', async () => {
  const me = side();
  const foreign = Array.from({ length: 9_000 }, (_, n) => `http://foreign:${n}`);
  await redis.client.rpush('frontend:a.local', 'theirs', ...foreign);

  await me.pass({ 'a.local': ['10.0.0.1'] });
  expect(await redis.client.lindex('frontend:a.local', -1)).toBe(A);
  await me.pass({});
  expect(await list('a.local')).toEqual(['theirs', ...foreign]);
});

test('a full Redis loses what is to go, gains nothing, and that is an error', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.1', '10.0.0.2'] });
  await redis.client.config('SET', 'maxmemory', '1');

  const wanted = {
    'a.local': ['10.0.0.2'],
    'b.local': ['10.0.0.2', '10.0.0.3'],
    'new.local': ['10.0.0.1'],
  };
  await expect(me.pass(wanted)).rejects.toMatchObject({
    name: 'ApplyError',
    code: 'redis-refused',
    message: expect.stringMatching(/out of memory.*removals are made, 3 vhosts lack/),
  });
  expect(await list('a.local')).toEqual([]);
  expect(await claim('a.local')).toBeNull();
  expect(await list('b.local')).toEqual(['app', B]);
  expect(await claim('b.local')).toBe(`{"${B.replaceAll('/', '\\/')}":["aaaaaaaaaaaa"]}`);
  expect(await list('new.local')).toEqual([]);

  await redis.client.config('SET', 'maxmemory', '0');
  await me.pass(wanted);
  expect(await list('b.local')).toEqual(['app', B, 'http://10.0.0.3:80']);
});

test('a full Redis takes a plan that only removes without an error', async () => {
  const me = side();
  await me.pass({ 'a.local': ['10.0.0.1', '10.0.0.2'], 'b.local': ['10.0.0.1'] });
  await redis.client.config('SET', 'maxmemory', '1');

  expect(await me.pass({ 'a.local': ['10.0.0.1'] })).toMatchObject({ kind: 'applied' });
  expect(await list('a.local')).toEqual(['app', A]);
  expect(await list('b.local')).toEqual([]);
});

test('a write whose reply is lost is read again, never doubled', async () => {
  const proxy = await startFaultProxy(redis.socket);
  const me = side({ url: `redis://127.0.0.1:${proxy.port}` });
  const wanted = { 'a.local': ['10.0.0.1'] };
  const plan = me.plan(await me.open(['a.local']), wanted);

  proxy.loseNextReply();
  await expect(me.applier.apply(plan)).rejects.toThrow('outcome is unknown');
  expect(await list('a.local')).toEqual(['app', A]);
  const again = await waitFor('the connection', () => me.open(['a.local']));
  expect(me.plan(again, wanted).changes).toEqual([]);
  await proxy.stop();
});

test('two owners of one URL each have a copy of their own', async () => {
  const me = side();
  const other = side({ owner: 'other' });
  await me.pass({ 'a.local': ['10.0.0.1'] });
  await other.pass({ 'a.local': ['10.0.0.1'] });
  expect(await list('a.local')).toEqual(['app', A, A]);

  await me.pass({});
  expect(await list('a.local')).toEqual(['app', A]);
  expect(await claim('a.local', 'other')).not.toBeNull();
});

test('eight owners that write at once all get what they want', async () => {
  const owners = Array.from({ length: 8 }, (_, n) => side({ owner: `owner-${n}` }));
  await redis.client.rpush('frontend:a.local', 'theirs', 'http://foreign:1');
  const wantedBy = (n: number) => ({
    'a.local': ['10.0.0.1', `10.0.1.${n}`],
    'b.local': [`10.0.1.${n}`],
  });

  for (let round = 0; round < 5; round++) {
    await Promise.all(owners.map((owner, n) => owner.pass(round % 2 === 0 ? wantedBy(n) : {})));
  }
  const copies = Array<string>(8).fill(A);
  const own = owners.map((_, n) => `http://10.0.1.${n}:80`);
  expect((await list('a.local')).sort(compareText)).toEqual(
    ['theirs', 'http://foreign:1', ...copies, ...own].sort(compareText),
  );
  expect((await list('b.local')).slice(1).sort(compareText)).toEqual(own);
});

test('a held vhost is an identifier alone until the hold is over', async () => {
  const me = side({ holdMs: 10_000 });
  await me.pass({ 'a.local': ['10.0.0.1'] });
  expect((await me.pass({})).results).toEqual([{ vhost: 'a.local', kind: 'hold' }]);
  expect(await list('a.local')).toEqual(['app']);
  expect(await claim('a.local')).toMatch(/^\{"held":\d{13}\}$/);
  expect((await me.pass({})).results).toEqual([]);

  await redis.client.hset('autodock:owner:me', 'a.local', '{"held":1}');
  expect((await me.pass({})).results).toEqual([{ vhost: 'a.local', kind: 'delete' }]);
});

test('two thousand frontends are written in batches that do not hold up Redis', async () => {
  const me = side();
  const others = Array.from({ length: 7 }, (_, n) => side({ owner: `owner-${n}` }));
  await Promise.all(others.map((other) => other.open()));
  const vhosts = Array.from({ length: 2_000 }, (_, n) => `app-${n}.local`);
  const wanted = (address: string) => Object.fromEntries(vhosts.map((vhost) => [vhost, [address]]));
  await redis.client.config('RESETSTAT');
  await redis.client.config('SET', 'slowlog-log-slower-than', '5000');

  await me.pass(wanted('10.0.0.1'));
  await me.pass(wanted('10.0.0.2'));
  const stats = await redis.client.info('commandstats');
  const [, calls, microseconds] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats) ?? [];
  const slow = await redis.client.slowlog('LEN');
  console.info(
    `scripts of two passes: ${calls}, ${Number(microseconds) / Number(calls)} us on average, ${slow} over 5 ms`,
  );
  expect(await list('app-1999.local')).toEqual(['app', B]);
});
