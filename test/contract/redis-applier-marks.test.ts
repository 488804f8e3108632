import { expect, test } from 'vitest';
import { B, useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, list } = useRedisSides();

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

test('a member that Lua takes for a number, though it is none, marks nothing and goes', async () => {
  const me = side();
  await me.pass({ '*.example.com': ['10.0.0.1', '10.0.0.2'] });
  for (const host of ['*.example.com', 'a.example.com']) {
    await redis.client.sadd(`dead:${host}`, 'nan', '-nan', 'inf', '-0', '1');
  }

  expect(await me.pass({ '*.example.com': ['10.0.0.2'] })).toMatchObject({ marksMoved: 2 });
  expect(await list('*.example.com')).toEqual(['app', B]);
  for (const host of ['*.example.com', 'a.example.com']) {
    expect(await redis.client.smembers(`dead:${host}`)).toEqual(['0']);
  }
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
