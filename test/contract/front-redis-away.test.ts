import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startBlackHole } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { startRedis } from '../parts/redis.ts';
import { past, staysFor, waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 3,
  env: { FRONT_CONNECT_TIMEOUT: '300ms', FRONT_WORKERS: '1' },
});

/** Takes Redis away for the rest of the test. */
function stopRedis(signal: 'SIGSTOP' | 'SIGKILL'): void {
  rig.redis.kill(signal);
  onTestFinished(async () => {
    await rig.redis.restart();
    await back();
  });
}

async function back(): Promise<void> {
  await waitFor('the front to have its Redis back', async () => {
    expect(await rig.front.status()).toMatchObject({ redis: { reachable: true }, routes: 'redis' });
    expect(await rig.answerer('nobody.test')).toBe(404); // by every worker's own connection
  });
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'after %s the last known routes go on',
  async (signal) => {
    await rig.route('a.com', rig.url(1));
    await rig.route('*.ex.com', rig.url(2));
    await rig.route('held.com');
    for (const host of ['a.com', 'x.ex.com', 'held.com']) await rig.answerer(host);

    stopRedis(signal);
    await Promise.all(
      Array.from({ length: 20 }, async () => expect(await rig.answerer('a.com')).toBe('B1')),
    );
    expect(await rig.answerer('x.ex.com')).toBe('B2');
    expect(await rig.answerer('other.ex.com')).toBe('B2');
    expect(await rig.answerer('held.com')).toBe(503);
    expect(await rig.answerer('never-seen.test')).toBe(502);
    expect(await rig.front.status()).toMatchObject({
      redis: { reachable: false },
      routes: 'last known',
    });
    expect((await request(rig.front.statusPort, 'localhost', '/healthz')).status).toBe(200);
    expect(await rig.front.log()).not.toContain('ngx.sleep');
  },
);

test('a frozen Redis that goes on is used again', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  rig.redis.kill('SIGSTOP');
  expect(await rig.answerer('a.com')).toBe('B1');
  rig.redis.kill('SIGCONT');
  await rig.redis.client.del('frontend:a.com');
  await rig.route('a.com', rig.url(2));
  await waitFor('the new route', async () => expect(await rig.answerer('a.com')).toBe('B2'));
});

test('a restarted Redis is believed, empty as it is', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  await rig.redis.restart();
  await waitFor('the empty Redis', async () => expect(await rig.answerer('a.com')).toBe(404));
});

test('a restart between two requests costs neither of them', async () => {
  await rig.redis.restart();
  await back();
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  await rig.redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  expect(await rig.answerer('a.com')).toBe('B1');
  expect(await rig.front.log()).not.toContain('closed): the last known');
});

test('a route that was removed does not rise again', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  await rig.redis.client.del('frontend:a.com');
  expect(await rig.answerer('a.com')).toBe(404);
  stopRedis('SIGKILL');
  expect(await rig.answerer('a.com')).toBe(502);
});

test('a changed list is the one that is kept', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  await rig.redis.client.lset('frontend:a.com', 1, rig.url(2));
  await rig.answerer('a.com');
  stopRedis('SIGKILL');
  expect(await rig.answerer('a.com')).toBe('B2');
});

test('failures are remembered by the front itself', async () => {
  const hole = await startBlackHole();
  onTestFinished(() => hole.close());
  await rig.route('a.com', hole.url, await refusedUrl(), rig.url(3));
  await rig.redis.client.sadd('dead:a.com', '0', '1');
  expect(await rig.answerer('a.com')).toBe('B3');
  stopRedis('SIGKILL');
  for (let i = 0; i < 6; i += 1) expect(await rig.answerer('a.com')).toBe('B3');
  const tries = (await rig.front.log()).split('\n').filter((line) => line.includes(hole.url));
  expect(tries.length).toBeLessThanOrEqual(2);
});

test('names that clients invent take the place of no known route', async () => {
  await rig.route('*', rig.url(1));
  await rig.route('a.com', rig.url(2));
  await rig.answerer('a.com');
  const invented = Array.from({ length: 500 }, (_, i) => `${'x'.repeat(200)}${i}.test`);
  for (const host of invented) expect(await rig.answerer(host)).toBe('B1');
  stopRedis('SIGKILL');
  expect(await rig.answerer('a.com')).toBe('B2');
  expect(await rig.answerer('another.test')).toBe('B1');
});

test('a front that starts without Redis serves as soon as it is there', async () => {
  await rm(`${rig.redis.socket}.none`, { force: true });
  const front = await startFront({ redisSocket: `${rig.redis.socket}.none` });
  onTestFinished(() => front.stop());
  expect((await request(front.port, 'a.com')).status).toBe(502);
  expect((await request(front.port, '__ping__')).status).toBe(200);
  await waitFor('the word about it', async () =>
    expect(await front.log()).toMatch(/Redis is away \(.*No such file or directory\)/),
  );
  await past(1_000); // it looks five times in a second whether Redis is there
  expect(await front.log()).not.toContain('connect() to');
});

test('a Redis that died and left its socket behind costs one line, however long that is', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.answerer('a.com');
  const lines = async () => (await rig.front.log()).split('connect() to').length - 1;
  const before = await lines();
  stopRedis('SIGKILL');
  await past(1_500); // it looks five times in a second whether Redis is there
  for (let n = 0; n < 5; n += 1) expect(await rig.answerer('a.com')).toBe('B1');
  expect((await lines()) - before).toBeLessThanOrEqual(1);
});

test('what Redis says when it is back is told, though it was away for another reason before', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  await redis.client.call('ACL', 'SETUSER', 'front', 'on', '>secret', '~*', '&*', '+@all');
  const env = { FRONT_REDIS_USERNAME: 'front', FRONT_REDIS_PASSWORD: 'secret', FRONT_WORKERS: '1' };
  const front = await startFront({ redisSocket: redis.socket, env });
  onTestFinished(() => front.stop());

  redis.kill('SIGKILL');
  await request(front.port, 'a.com');
  await waitFor('the first word', async () =>
    expect(await front.log()).toContain('Redis is away ('),
  );
  await redis.restart(); // which knows no such user

  await waitFor('the word about its user', async () =>
    expect(await front.log()).toContain('Redis is away (WRONGPASS '),
  );
});

test('FRONT_LAST_KNOWN=0: without Redis no last known route serves a single request', async () => {
  const env = { FRONT_LAST_KNOWN: '0', FRONT_CACHE: 'off', FRONT_WORKERS: '1' };
  const front = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => front.stop());
  await rig.route('a.com', rig.url(1));
  expect((await request(front.port, 'a.com')).status).toBe(200);

  stopRedis('SIGKILL');

  for (let n = 0; n < 5; n += 1) expect((await request(front.port, 'a.com')).status).toBe(502);
});

test('FRONT_LAST_KNOWN=300ms: without Redis the last known routes go on for a while', async () => {
  const env = { FRONT_LAST_KNOWN: '300ms', FRONT_WORKERS: '1' };
  const front = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => front.stop());
  await rig.route('a.com', rig.url(1));
  expect((await request(front.port, 'a.com')).status).toBe(200);

  stopRedis('SIGKILL');

  const asked = async () => (await request(front.port, 'a.com')).status;
  await waitFor('the end of what was known', async () => expect(await asked()).toBe(502));
  await staysFor(300, async () => expect(await asked()).toBe(502));
});
