import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Backend, startBackend } from '../parts/backend.ts';
import { freePort } from '../parts/free-port.ts';
import { type Front, refusedStart, request, startFront } from '../parts/front.ts';
import { type SecureRedis, startSecureRedis } from '../parts/secure-redis.ts';
import { waitFor } from '../parts/wait-for.ts';

/** The front speaks TLS to its Redis. */
let redis: SecureRedis;
let backend: Backend;
beforeAll(async () => {
  [redis, backend] = await Promise.all([startSecureRedis(['localhost']), startBackend('B1')]);
  await redis.client.rpush('frontend:a.com', 'a.com', backend.url);
});
afterAll(async () => {
  await backend.close();
  await redis.stop();
});

type Settings = Readonly<Record<string, string>>;

const withAll = (): Settings => ({
  FRONT_REDIS: `rediss://localhost:${redis.tlsPort}`,
  FRONT_REDIS_TLS_CA: redis.files.ca,
  FRONT_REDIS_TLS_CERT: redis.files.cert,
  FRONT_REDIS_TLS_KEY: redis.files.key,
});

/** It says once why it has no Redis, and not that one on a busy machine was late. */
const PATIENT = { FRONT_WORKERS: '1', FRONT_REDIS_TIMEOUT: '30s' };

async function front(env: Settings): Promise<Front> {
  const started = await startFront({ redisSocket: '', env: { ...PATIENT, ...env } });
  onTestFinished(() => started.stop());
  return started;
}

/** What the front says of a Redis that it cannot use. */
async function complaint(env: Settings): Promise<string> {
  const started = await front(env);
  return await waitFor('the line that tells why', async () => {
    const lines = (await started.log())
      .split('\n')
      .filter((line) => line.includes('Redis is away'));
    expect(lines).toHaveLength(1);
    expect(await started.status()).toMatchObject({ redis: { reachable: false } });
    return lines[0] ?? '';
  });
}

test('routes and what changes come over TLS, with the certificate that Redis wants', async () => {
  const started = await front(withAll());
  await waitFor('it to hear of changes', async () =>
    expect(await started.status()).toMatchObject({ tracking: true, hosts_known: true }),
  );
  expect((await request(started.port, 'a.com')).status).toBe(200);
  await redis.client.rpush('frontend:late.com', 'late.com', backend.url);
  expect((await request(started.port, 'late.com')).status).toBe(200);
  const list = String(await redis.client.call('CLIENT', 'LIST', 'TYPE', 'pubsub'));
  expect(list).toMatch(/ laddr=127\.0\.0\.1:/); // and not over the socket
});

test('a certificate of a CA that is not trusted is told with the setting that names it', async () => {
  const { FRONT_REDIS_TLS_CA: _, ...rest } = withAll();
  expect(await complaint(rest)).toMatch(/not trusted \(.*\): name its CA in FRONT_REDIS_TLS_CA\)/);
});

test('a certificate that Redis wants is told with the settings that name it', async () => {
  const { FRONT_REDIS, FRONT_REDIS_TLS_CA } = withAll();
  expect(await complaint({ FRONT_REDIS, FRONT_REDIS_TLS_CA } as Settings)).toMatch(
    /wants a client certificate, set FRONT_REDIS_TLS_CERT and FRONT_REDIS_TLS_KEY\)/,
  );
});

test('a certificate for another name is told with both, and the name can be set', async () => {
  const byAddress = { ...withAll(), FRONT_REDIS: `rediss://127.0.0.1:${redis.tlsPort}` };
  expect(await complaint(byAddress)).toMatch(
    /another name than 127\.0\.0\.1: .* FRONT_REDIS_TLS_NAME\)/,
  );
  const named = await front({ ...byAddress, FRONT_REDIS_TLS_NAME: 'localhost' });
  expect((await request(named.port, 'a.com')).status).toBe(200);
});

test('a certificate that is over is told as such', async () => {
  const old = await startSecureRedis(['localhost'], { days: -1 });
  onTestFinished(() => old.stop());
  const env = {
    FRONT_REDIS: `rediss://localhost:${old.tlsPort}`,
    FRONT_REDIS_TLS_CA: old.files.ca,
  };
  expect(await complaint(env)).toContain('Redis is away (its certificate is over: renew it)');
});

test('TLS at a port without it is told with the scheme to write', async () => {
  const FRONT_REDIS = `rediss://localhost:${redis.plainPort}`;
  // It says nothing to a handshake.
  const FRONT_REDIS_TIMEOUT = '1s';
  expect(await complaint({ ...withAll(), FRONT_REDIS, FRONT_REDIS_TIMEOUT })).toMatch(
    /write redis:\/\/ into FRONT_REDIS/,
  );
});

/** A port that leads to another one, once there is something to lead to. */
async function lateWay(): Promise<{ readonly port: number; lead(to: number): Promise<void> }> {
  const port = await freePort();
  return {
    port,
    async lead(to) {
      const server = createServer((near) => {
        const far = connect(to, '127.0.0.1');
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          one.on('error', () => other.destroy()).on('close', () => other.destroy());
        }
        near.pipe(far).pipe(near);
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
    },
  };
}

/** It asks five times a second. */
const SOME_ATTEMPTS_MS = 1_000;

test.for([
  ['the name', '127.0.0.1', {}, /another name than 127\.0\.0\.1: .* FRONT_REDIS_TLS_NAME/],
  ['the CA', 'localhost', { FRONT_REDIS_TLS_CA: '' }, /name its CA in FRONT_REDIS_TLS_CA/],
  [
    'the certificate that it wants',
    'localhost',
    { FRONT_REDIS_TLS_CERT: '', FRONT_REDIS_TLS_KEY: '' },
    /set FRONT_REDIS_TLS_CERT and FRONT_REDIS_TLS_KEY/,
  ],
] as const)(
  '%s is told once, also in an outage that began otherwise',
  async ([, host, env, words]) => {
    const way = await lateWay();
    const FRONT_REDIS = `rediss://${host}:${way.port}`;
    const started = await front({ ...withAll(), ...env, FRONT_REDIS });
    const told = async () =>
      (await started.log()).split('\n').filter((line) => line.includes('Redis is away'));
    await waitFor('the first reason', async () =>
      expect(await told()).toEqual([expect.stringContaining('connection refused')]),
    );

    await way.lead(redis.tlsPort);

    await waitFor('the second one', async () => expect(await told()).toHaveLength(2));
    await sleep(SOME_ATTEMPTS_MS);
    expect(await told()).toEqual([expect.any(String), expect.stringMatching(words)]);
    expect((await started.status()).redis).toMatchObject({
      ...{ reachable: false, why: expect.stringMatching(words) },
    });
  },
);

test('settings of TLS that do not fit together are refused by name', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-front-tls-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'pem');
  await writeFile(file, '');
  const secure = { FRONT_REDIS: 'rediss://localhost:1' };
  const expected: readonly (readonly [Settings, string])[] = [
    [
      { FRONT_REDIS_TLS_CA: file },
      `FRONT_REDIS_TLS_CA=${file}: expected a FRONT_REDIS that begins`,
    ],
    [{ ...secure, FRONT_REDIS_TLS_CA: `${dir}/none` }, 'expected a file that can be read'],
    [{ ...secure, FRONT_REDIS_TLS_CERT: file }, 'expected a FRONT_REDIS_TLS_KEY beside it'],
    [{ ...secure, FRONT_REDIS_TLS_KEY: file }, 'expected a FRONT_REDIS_TLS_CERT beside it'],
    [{ ...secure, FRONT_REDIS_TLS_NAME: 'a b' }, 'FRONT_REDIS_TLS_NAME=a b: expected a host name'],
  ];
  for (const [env, text] of expected) {
    const { code, message } = await refusedStart(env);
    expect(code).toBe(64);
    expect(message).toContain(text);
  }
});
