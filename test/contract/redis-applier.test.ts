import { expect, test } from 'vitest';
import { scriptsRun } from '../parts/redis-looks.ts';
import { A, B, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, list, claim } = useRedisSides();

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
  const plan = me.plan(await me.open(vhosts), wanted('10.0.0.2'));
  const before = await scriptsRun(redis.client);
  await me.applier.apply(plan);
  // 71 of one backend each are a batch.
  expect((await scriptsRun(redis.client)) - before).toBe(29);
  const stats = await redis.client.info('commandstats');
  const [, calls, microseconds] = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(stats) ?? [];
  const slow = await redis.client.slowlog('LEN');
  console.info(
    `scripts of two passes: ${calls}, ${Number(microseconds) / Number(calls)} us on average, ${slow} over 5 ms`,
  );
  expect(await list('app-1999.local')).toEqual(['app', B]);
});
