import { expect, test } from 'vitest';
import { startFaultProxy } from '../parts/fault-proxy.ts';
import { A, B, useRedisSides } from '../parts/redis-sides.ts';
import { waitFor } from '../parts/wait-for.ts';

const { redis, side, list, claim } = useRedisSides();

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
  await redis.client.zadd('autodock:owners', Date.now(), 'other');
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
