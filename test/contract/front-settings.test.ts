import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl } from '../parts/backend.ts';
import { startFront } from '../parts/front.ts';
import { askAll, HOST, statusOf, useOwnFronts } from '../parts/own-fronts.ts';
import { startRedis } from '../parts/redis.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const { redis, backend, frontOf } = useOwnFronts();

test('FRONT_STATUSES=hipache: what is unknown is 400, what is held 502', async () => {
  const front = await frontOf({ FRONT_STATUSES: 'hipache' });
  await redis.client.rpush('frontend:held.test', 'held.test');

  expect(await statusOf(front, 'nobody.test')).toBe(400);
  expect(await statusOf(front, 'held.test')).toBe(502);
});

test('FRONT_RETRIES=0: no other backend is tried', async () => {
  const front = await frontOf({ FRONT_RETRIES: '0' }, await refusedUrl(), backend.url);
  expect(new Set(await askAll(front))).toEqual(new Set([200, 502]));
});

test('FRONT_CACHE_SIZE: of more hosts than that, those asked for last are kept', async () => {
  const front = await frontOf({ FRONT_CACHE_SIZE: '16', FRONT_WORKERS: '1' });
  await waitUntil('the front to hear changes', async () => (await front.status()).tracking);
  const hosts = Array.from({ length: 60 }, (_, n) => `h${n}.test`);
  for (const host of hosts) await redis.client.rpush(`frontend:${host}`, host, backend.url);
  const isAskedOfRedis = async (host = '') => {
    // Lists are read after a change, too; marks by lookups alone.
    const lookups = async () =>
      /cmdstat_smembers:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1];
    const before = await lookups();
    expect(await statusOf(front, host)).toBe(200);
    return (await lookups()) !== before;
  };
  // That a list is a new one is told to all workers within a second or so: each is read once more for it.
  await waitFor('those that were asked for last to be kept', async () => {
    for (const host of hosts) await isAskedOfRedis(host);
    for (const host of hosts.slice(-8)) expect(await isAskedOfRedis(host), host).toBe(false);
  });
  expect(await isAskedOfRedis(hosts[0])).toBe(true);
  // One whose list changes again and again takes no place of others.
  const [changing = '', staying = ''] = hosts.slice(-2);
  await waitFor('one to stay beside another that changes', async () => {
    await isAskedOfRedis(staying);
    for (let times = 0; times < 40; times += 1) {
      await redis.client.lset(`frontend:${changing}`, 1, backend.url);
      await waitFor('the change to be heard', async () =>
        expect(await isAskedOfRedis(changing)).toBe(true),
      );
    }
    expect(await isAskedOfRedis(staying)).toBe(false);
  });
  await waitFor(
    'whoever is asked for again and again to stay, however many others come',
    async () => {
      for (const host of hosts) {
        await statusOf(front, host);
        expect(await isAskedOfRedis(hosts[0]), host).toBe(false);
      }
    },
  );
});

describe('Redis', () => {
  test.each([
    ['by a password', { FRONT_REDIS_PASSWORD: "s'e\\c ret" }],
    ['by a user and a password', { FRONT_REDIS_USERNAME: 'front', FRONT_REDIS_PASSWORD: 'other' }],
    ['by a password in a file', { FRONT_REDIS_PASSWORD_FILE: 'password' }],
  ])('is entered %s, in its database', async (_title, given) => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const file = join(own.dir, 'password');
    // As an editor elsewhere leaves it.
    await writeFile(file, "\ufeffs'e\\c ret \r\n\n");
    await own.client.call('ACL', 'SETUSER', 'front', 'on', '>other', '~*', '&*', '+@all');
    await own.client.config('SET', 'requirepass', "s'e\\c ret");
    await own.client.multi().select(3).rpush(`frontend:${HOST}`, HOST, backend.url).exec();
    const env = 'FRONT_REDIS_PASSWORD_FILE' in given ? { FRONT_REDIS_PASSWORD_FILE: file } : given;
    const front = await startFront({
      redisSocket: own.socket,
      env: { ...env, FRONT_REDIS_DB: '3' },
    });
    onTestFinished(() => front.stop());

    expect(await statusOf(front)).toBe(200);
    await waitUntil('the front to hear changes', async () => (await front.status()).tracking);
    expect(await front.log()).not.toContain('ret');
  });
});
