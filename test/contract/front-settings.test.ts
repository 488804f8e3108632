import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type Backend,
  refusedUrl,
  startBackend,
  startSilentBackend,
  startStatusBackend,
} from '../parts/backend.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const HOST = 'a.test';

let redis: RedisPart;
let backend: Backend;
let listener: RedisPart['client'];
let messages: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
  backend = await startBackend('B1');
  listener = redis.client.duplicate();
  await listener.subscribe('dead');
  listener.on('message', (_channel, text: string) => messages.push(text));
});
afterAll(async () => {
  listener.disconnect();
  await backend.close();
  await redis.stop();
});
afterEach(async () => {
  messages = [];
  await redis.client.flushall();
});

/** A front with these settings, and a list for {@link HOST}. */
async function frontOf(
  env: Readonly<Record<string, string>>,
  ...urls: readonly string[]
): Promise<Front> {
  if (urls.length > 0) await redis.client.rpush(`frontend:${HOST}`, HOST, ...urls);
  const front = await startFront({
    redisSocket: redis.socket,
    env: { FRONT_WORKERS: '1', ...env },
  });
  onTestFinished(() => front.stop());
  return front;
}

const statusOf = async ({ port }: Front, host = HOST) => (await request(port, host)).status;

/** A backend that answers with this status only. */
async function statusBackend(status: number): Promise<string> {
  const { url, close } = await startStatusBackend(status);
  onTestFinished(close);
  return url;
}

/** Asks until every backend of a short list has had its turn. */
async function askAll(front: Front): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push(await statusOf(front));
  return statuses;
}

it('FRONT_STATUSES=hipache: what is unknown is 400, what is held 502', async () => {
  const front = await frontOf({ FRONT_STATUSES: 'hipache' });
  await redis.client.rpush('frontend:held.test', 'held.test');

  expect(await statusOf(front, 'nobody.test')).toBe(400);
  expect(await statusOf(front, 'held.test')).toBe(502);
});

describe('marks', () => {
  it('FRONT_DEAD_TTL: end when it says', async () => {
    const front = await frontOf({ FRONT_DEAD_TTL: '7' }, await refusedUrl(), backend.url);
    await waitFor('the mark', async () => {
      expect(await statusOf(front)).toBe(200);
      expect(await redis.client.smembers(`dead:${HOST}`)).toEqual(['0']);
    });
    expect(await redis.client.ttl(`dead:${HOST}`)).toBeLessThanOrEqual(7);
  });

  it('FRONT_DEAD_ON_5XX=off: are not set for what a backend answers', async () => {
    const env = { FRONT_DEAD_ON_5XX: 'off' };
    const front = await frontOf(env, await statusBackend(502), backend.url);

    expect(new Set([...(await askAll(front)), ...(await askAll(front))])).toEqual(
      new Set([200, 502]),
    );
    expect(await redis.client.exists(`dead:${HOST}`)).toBe(0);
  });

  it('are told, not set, while hipache-hchecker runs', async () => {
    await redis.client.set('hchecker_ping', Math.floor(Date.now() / 1000));
    const refused = await refusedUrl();
    const front = await frontOf({}, refused, backend.url);

    await waitFor('the message', async () => {
      expect(await statusOf(front)).toBe(200);
      expect(messages).toContain(`${HOST};${refused};0;2`);
    });
    expect(await redis.client.exists(`dead:${HOST}`)).toBe(0);
  });

  it('for a 500 are told to hipache-hchecker, and FRONT_DEAD_ON_500=off tells nobody', async () => {
    await redis.client.set('hchecker_ping', Math.floor(Date.now() / 1000));
    const failing = await statusBackend(500);
    const silent = await frontOf({ FRONT_DEAD_ON_500: 'off' }, failing, backend.url);
    await askAll(silent);
    const front = await frontOf({});
    expect(messages).toEqual([]);

    await askAll(front);

    await waitFor('the message', () => expect(messages).toContain(`${HOST};${failing};0;2`));
    expect(await redis.client.exists(`dead:${HOST}`)).toBe(0);
  });
});

it('FRONT_RETRIES=0: no other backend is tried', async () => {
  const front = await frontOf({ FRONT_RETRIES: '0' }, await refusedUrl(), backend.url);
  expect(new Set(await askAll(front))).toEqual(new Set([200, 502]));
});

it('FRONT_CACHE_SIZE: of more hosts than that, those asked for last are kept', async () => {
  const front = await frontOf({ FRONT_CACHE_SIZE: '16', FRONT_WORKERS: '1' });
  await waitUntil('the front to hear changes', async () => (await front.status()).tracking);
  const hosts = Array.from({ length: 60 }, (_, n) => `h${n}.test`);
  for (const host of hosts) await redis.client.rpush(`frontend:${host}`, host, backend.url);
  const isAskedOfRedis = async (host = '') => {
    const lists = async () =>
      /cmdstat_lrange:calls=(\d+)/.exec(await redis.client.info('commandstats'))?.[1];
    const before = await lists();
    expect(await statusOf(front, host)).toBe(200);
    return (await lists()) !== before;
  };
  for (const host of hosts) expect(await isAskedOfRedis(host), host).toBe(true);
  for (const host of hosts.slice(-8)) expect(await isAskedOfRedis(host), host).toBe(false);
  expect(await isAskedOfRedis(hosts[0])).toBe(true);
  // One whose list changes again and again takes no place of others.
  const [changing = '', staying = ''] = hosts.slice(-2);
  await isAskedOfRedis(staying);
  for (let times = 0; times < 40; times += 1) {
    await redis.client.lset(`frontend:${changing}`, 1, backend.url);
    await waitFor('the change to be heard', async () =>
      expect(await isAskedOfRedis(changing)).toBe(true),
    );
  }
  expect(await isAskedOfRedis(staying)).toBe(false);
  // Whoever is asked for again and again stays, however many others come.
  for (const host of hosts) {
    await statusOf(front, host);
    expect(await isAskedOfRedis(hosts[0]), host).toBe(false);
  }
});

describe('times', () => {
  /** Resolves with all that came when the front has closed the connection. */
  function untilClosed({ port }: Front, bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.setEncoding('latin1').on('data', (part: string) => {
        answer += part;
      });
      socket.on('close', () => resolve(answer)).on('error', reject);
    });
  }

  it('FRONT_HEADER_TIMEOUT: a client that does not end its request is let go', async () => {
    const front = await frontOf({ FRONT_HEADER_TIMEOUT: '300ms' }, backend.url);
    expect(await untilClosed(front, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n`)).not.toContain('200 OK');
  });

  it('FRONT_KEEPALIVE: a client that asks no more is let go', async () => {
    const front = await frontOf({ FRONT_KEEPALIVE: '300ms' }, backend.url);
    const answer = await untilClosed(front, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    expect(answer).toContain('200 OK');
  });

  it('FRONT_BACKEND_KEEPALIVE: an unused connection to a backend is given up', async () => {
    const front = await frontOf({ FRONT_BACKEND_KEEPALIVE: '100ms' }, backend.url);
    await statusOf(front);
    const before = backend.connections();
    await waitFor(
      'a new connection',
      async () => {
        expect(await statusOf(front)).toBe(200);
        expect(backend.connections()).toBeGreaterThan(before);
      },
      { everyMs: 300 },
    );
  });

  it('FRONT_SHUTDOWN_TIMEOUT: a front that is stopped does not wait longer for what it began', async () => {
    const silent = await startSilentBackend();
    onTestFinished(() => silent.close());
    const front = await frontOf({ FRONT_SHUTDOWN_TIMEOUT: '300ms' }, silent.url);
    const begun = request(front.port, HOST).catch((error: unknown) => error);
    await waitUntil('the request', () => silent.connections() > 0);

    process.kill(front.pid, 'SIGQUIT');

    expect(await begun).toBeInstanceOf(Error);
  });
});

describe('Redis', () => {
  it.each([
    ['by a password', { FRONT_REDIS_PASSWORD: "s'e\\c ret" }],
    ['by a user and a password', { FRONT_REDIS_USERNAME: 'front', FRONT_REDIS_PASSWORD: 'other' }],
    ['by a password in a file', { FRONT_REDIS_PASSWORD_FILE: 'password' }],
  ])('is entered %s, in its database', async (_title, given) => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const file = join(own.dir, 'password');
    await writeFile(file, "s'e\\c ret\n");
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
