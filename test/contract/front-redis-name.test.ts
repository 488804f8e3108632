import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Backend, startBackend, stopAndFill } from '../parts/backend.ts';
import { type DnsServer, startDnsServer } from '../parts/dns-server.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { seen } from '../parts/front-fixture.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { past, waitFor, waitUntil } from '../parts/wait-for.ts';

/** Redis is given by a name. */
const NAME = 'redis.test';
const HOST = 'a.test';

let dns: DnsServer;
let backends: readonly Backend[];

beforeEach(async () => {
  dns = await startDnsServer();
  backends = await Promise.all(['B1', 'B2'].map((name) => startBackend(name)));
});
afterEach(async () => {
  await dns.close();
  await Promise.all(backends.map((backend) => backend.close()));
});

/** A Redis at an address, whose list names one backend. */
async function redisAt(address: string, backend: number, port?: number): Promise<RedisPart> {
  const args = ['--bind', address, ...(port === undefined ? [] : ['--port', String(port)])];
  const redis = await startRedis({ tcp: port === undefined, args });
  onTestFinished(() => redis.stop());
  await redis.client.rpush(`frontend:${HOST}`, HOST, backends[backend - 1]?.url ?? '');
  return redis;
}

async function frontAt(
  name: string,
  port: number | null,
  env: Readonly<Record<string, string>> = {},
): Promise<Front> {
  const front = await startFront({
    redisSocket: '',
    env: { FRONT_REDIS: `${name}:${port}`, FRONT_WORKERS: '1', ...env },
    resolvConf: `nameserver ${dns.address}\n`,
  });
  onTestFinished(() => front.stop());
  return front;
}

async function becomes(front: Front, answer: string): Promise<void> {
  await waitFor(`${answer} to answer`, async () => {
    const { status, body } = await request(front.port, HOST);
    expect(status === 200 ? seen(body).backend : status).toBe(answer);
    expect(await front.status()).toMatchObject({ routes: 'redis', tracking: true });
  });
}

test('that moves: after the old one has gone', async () => {
  dns.names.set(NAME, ['127.0.0.1']);
  const first = await redisAt('127.0.0.1', 1);
  const front = await frontAt(NAME, first.port);
  await becomes(front, 'B1');
  await redisAt('127.0.0.2', 2, first.port ?? 0);
  first.kill('SIGKILL');
  dns.names.set(NAME, ['127.0.0.2']);
  await becomes(front, 'B2');
});

test('that moves: while the old one goes on, and knows nothing of what changes', async () => {
  dns.names.set(NAME, ['127.0.0.1']);
  const first = await redisAt('127.0.0.1', 1);
  const front = await frontAt(NAME, first.port);
  await becomes(front, 'B1');
  const second = await redisAt('127.0.0.2', 2, first.port ?? 0);
  dns.names.set(NAME, ['127.0.0.2']);
  await becomes(front, 'B2');
  await second.client.lset(`frontend:${HOST}`, 1, backends[0]?.url ?? '');
  await becomes(front, 'B1');
});

test('of several addresses, the first of which refuses', async () => {
  dns.names.set(NAME, ['127.0.0.3', '127.0.0.2']);
  const { port } = await redisAt('127.0.0.2', 2);
  await becomes(await frontAt(NAME, port), 'B2');
});

test('of several addresses, at the first of which another program answers', async () => {
  dns.names.set(NAME, ['127.0.0.3', '127.0.0.2']);
  const { port } = await redisAt('127.0.0.2', 2);
  const other = await startBackend('other', '127.0.0.3', port ?? 0);
  onTestFinished(() => other.close());
  await becomes(await frontAt(NAME, port), 'B2');
});

test('of which another program lets in late, when its name has got other addresses already', async () => {
  dns.names.set(NAME, ['127.0.0.4']);
  // Database 1 is there, but not here: it answers, and not as it should.
  const args = ['--bind', '127.0.0.4', '--tcp-backlog', '1', '--databases', '1'];
  const first = await startRedis({ tcp: true, args });
  onTestFinished(() => first.stop());
  const second = await redisAt('127.0.0.2', 2, first.port ?? 0);
  await second.client.move(`frontend:${HOST}`, 1);
  const leave = await stopAndFill(first, '127.0.0.4');
  onTestFinished(leave);
  const front = await frontAt(NAME, first.port, {
    FRONT_REDIS_DB: '1',
    FRONT_REDIS_TIMEOUT: '1m',
  });
  await past(1_000); // it has looked up the first address by then, and does not again for seconds
  const before = dns.asked.length;
  dns.names.set(NAME, ['127.0.0.2', '127.0.0.3']);
  await waitUntil('the others to be known', () => dns.asked.length >= before + 2);
  first.kill('SIGCONT');
  await becomes(front, 'B2');
  expect(await front.log()).not.toMatch(/aborted|failed: /);
});

test('that is not there yet is waited for on a node of a swarm, as Redis is started anew elsewhere', async () => {
  const { port } = await redisAt('127.0.0.1', 1);
  const before = dns.asked.length;
  const starting = frontAt(NAME, port, { FRONT_SWARM: 'on' });
  await waitUntil('it to be asked for twice', () => {
    return dns.asked.slice(before).filter((name) => name === NAME).length > 2;
  });
  dns.names.set(NAME, ['127.0.0.1']);
  const front = await starting;
  await becomes(front, 'B1');
  expect((await front.log()).match(/front: redis\.test cannot be found.*/g)).toHaveLength(1);
});

test('goes on where it was while DNS is silent', async () => {
  dns.names.set(NAME, ['127.0.0.1']);
  const first = await redisAt('127.0.0.1', 1);
  const front = await frontAt(NAME, first.port);
  await becomes(front, 'B1');
  dns.silent(true);
  await first.restart();
  await first.client.rpush(`frontend:${HOST}`, HOST, backends[1]?.url ?? '');
  await becomes(front, 'B2');
});

test('localhost is 127.0.0.1 as well as ::1', async () => {
  for (const address of ['127.0.0.1', '::1']) {
    const { port } = await redisAt(address, 1);
    await becomes(await frontAt('localhost', port), 'B1');
  }
});
