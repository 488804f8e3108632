import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Backend, startBackend } from '../parts/backend.ts';
import { refusedStart, request, startFront } from '../parts/front.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';

let redis: RedisPart;
let backend: Backend;
beforeAll(async () => {
  redis = await startRedis({ tcp: true });
  backend = await startBackend('B1');
});
afterAll(async () => {
  await backend.close();
  await redis.stop();
});

async function front(env: Readonly<Record<string, string>> = {}) {
  const started = await startFront({ redisSocket: redis.socket, env });
  onTestFinished(() => started.stop());
  return started;
}

test.each([
  ['FRONT_HTTP_PORT', '0'],
  ['FRONT_HTTP_PORT', '65536'],
  ['FRONT_HTTP_PORT', 'eighty'],
  ['FRONT_HTTP_HOST', 'example.com'],
  ['FRONT_HTTP_HOST', '::1'],
  ['FRONT_STATUS_PORT', '-1'],
  ['FRONT_REDIS', 'redis'],
  ['FRONT_REDIS', 'unix:///a b'],
  ['FRONT_REDIS', 'no-such-host.invalid:6379'],
  ['FRONT_REDIS', '127.0.0.1:0'],
  ['FRONT_REDIS_PREFIX', "'quote"],
  ['FRONT_REDIS_PREFIX', 'two\nlines'],
  ['FRONT_REDIS_TIMEOUT', '1 s'],
  ['FRONT_WORKERS', 'many'],
  ['FRONT_DEAD_TTL', '0'],
  ['FRONT_HOLD', 'long'],
  ['FRONT_CONNECTIONS', '63'],
  ['FRONT_CONNECTIONS', 'many'],
  ['FRONT_HOLD_REQUESTS', '0'],
  ['FRONT_UPLOADS', '0'],
  ['FRONT_HOLD_REQUESTS', '10001'],
  ['FRONT_CONNECT_TIMEOUT', '3 seconds'],
  ['FRONT_CONNECT_TIMEOUT', '0'],
  ['FRONT_CONNECT_TIMEOUT', '60s'],
  ['FRONT_READ_TIMEOUT', ';evil'],
  ['FRONT_IDLE_TIMEOUT', '1d'],
  ['FRONT_RETRY_AFTER', '1.5'],
  ['FRONT_PAGES', '/no/such/folder'],
  ['FRONT_PAGES', 'relative'],
  ['FRONT_TRUSTED', 'everyone'],
  ['FRONT_PROXY_PROTOCOL', 'yes'],
  ['FRONT_ACCESS_LOG', 'maybe'],
  ['FRONT_USER', 'no-such-user'],
])('%s=%j is refused by name', async (variable, value) => {
  const { code, message } = await refusedStart({ [variable]: value });
  expect(code).toBe(64);
  expect(message).toContain(`front: ${variable}=${value}: expected `);
});

test('a version of nginx that it cannot be configured for is named, with the one that it takes', async () => {
  const programs = await mkdtemp(join(tmpdir(), 'autodock-programs-'));
  onTestFinished(() => rm(programs, { recursive: true }));
  const old = '#!/bin/sh\necho "nginx version: nginx/1.26.3 (Debian)" >&2\n';
  await writeFile(join(programs, 'nginx'), old, { mode: 0o755 });
  const env = { FRONT_USER: 'root', PATH: `${programs}:${process.env.PATH}` };
  const { code, message } = await refusedStart(env);
  expect(code).toBe(64);
  expect(message).toBe('front: nginx=1.26.3: expected 1.29.7 or newer\n');
});

test('a prefix is respected for lists, marks and their writing', async () => {
  const { port } = await front({ FRONT_REDIS_PREFIX: '#kop-' });
  await redis.client.rpush('#kop-frontend:a.com', 'a.com', backend.url, 'http://127.0.0.1:1');
  await redis.client.rpush('frontend:a.com', 'a.com');
  await redis.client.sadd('#kop-dead:a.com', '1');
  expect((await request(port, 'a.com')).status).toBe(200);
});

test.each([
  ['by address', '127.0.0.1'],
  ['by name', 'localhost'],
])('Redis is reached over TCP %s', async (_title, host) => {
  const { port } = await front({ FRONT_REDIS: `${host}:${redis.port}` });
  await redis.client.rpush('frontend:tcp.com', 'tcp.com', backend.url);
  expect((await request(port, 'tcp.com')).status).toBe(200);
  await redis.client.del('frontend:tcp.com');
});

test('a server that is not a Redis is like a Redis that is away', async () => {
  const { port } = await front({ FRONT_REDIS: backend.url.replace('http://', '') });
  expect((await request(port, 'a.com')).status).toBe(502);
});

test('a folder of own pages replaces those that it holds', async () => {
  const pages = await mkdtemp(join(tmpdir(), 'autodock pages '));
  onTestFinished(() => rm(pages, { recursive: true }));
  await writeFile(join(pages, '404.html'), '<p>ours</p>');
  const { port } = await front({ FRONT_PAGES: pages, FRONT_RETRY_AFTER: '7' });
  expect((await request(port, 'nobody.test')).body).toBe('<p>ours</p>');
  await redis.client.rpush('frontend:held.com', 'held.com');
  const held = await request(port, 'held.com');
  expect(held.body).toContain('starting');
  expect(held.headers['retry-after']).toBe('7');
});

test('the default page of an own folder beats the shipped ones', async () => {
  const pages = await mkdtemp(join(tmpdir(), 'autodock-pages-'));
  onTestFinished(() => rm(pages, { recursive: true }));
  await writeFile(join(pages, 'default.html'), '<p>whatever</p>');
  const { port } = await front({ FRONT_PAGES: pages });
  expect((await request(port, 'nobody.test')).body).toBe('<p>whatever</p>');
});

test('the status port answers for health and state, and for nothing else', async () => {
  const { statusPort, port } = await front();
  expect((await request(statusPort, 'localhost', '/healthz')).body).toBe('ok\n');
  const { headers, body } = await request(statusPort, 'localhost', '/status');
  expect(headers['content-type']).toBe('application/json');
  expect(JSON.parse(body)).toMatchObject({ redis: { reachable: true }, routes: 'redis' });
  expect((await request(statusPort, 'localhost', '/')).status).toBe(404);
  expect((await request(port, 'localhost', '/status')).status).toBe(404);
});

test('the access log can be turned off', async () => {
  const started = await front({ FRONT_ACCESS_LOG: 'off' });
  await request(started.port, 'nobody.test', '/unlogged');
  await started.stop();
  await expect(started.log()).rejects.toThrow('ENOENT');
});
