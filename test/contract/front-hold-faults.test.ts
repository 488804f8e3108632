import { connect } from 'node:http2';
import { connect as connectTcp, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { refusedUrl, serve, startBackend } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { own } from '../parts/front-fixture.ts';
import { killWhole } from '../parts/front-processes.ts';
import { becomeWaiting, frontSample } from '../parts/front-sample.ts';
import { startRedis } from '../parts/redis.ts';
import { waitFor } from '../parts/wait-for.ts';

const HOST = 'a.test';
const MANY = 200;
const AT_ONCE = 32;

test.each([
  ['a held host', []],
  ['a backend that refuses', [await refusedUrl()]],
])('who waits for %s in vain is told when to come back', async (_, urls) => {
  const { front } = await held({ FRONT_HOLD: '300ms' }, ...urls);
  const answer = await request(front.port, HOST);
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  await waitFor('it to be counted', async () => {
    expect(await frontSample(front, 'wait_given_up_total')).toBe(1);
    expect(await frontSample(front, 'waited_seconds_count')).toBe(1);
  });
  expect(await frontSample(front, 'waiting')).toBe(0);
});

test.each([
  ['held', []],
  ['unproven', [await refusedUrl()]],
])(
  'who leaves while it waits is logged with its host and for what it waited: %s',
  async (reason, urls) => {
    const { front } = await held({}, ...urls);
    const socket = connectTcp(front.port, '127.0.0.1');
    socket.write(`GET /left HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    await becomeWaiting(front, 1);
    socket.destroy();
    await waitFor('its line', async () => {
      const line = (await front.log()).split('\n').find((one) => one.includes('"/left"')) ?? '{}';
      const told = { status: 499, outcome: reason, reason, vhost: HOST };
      expect(JSON.parse(line)).toMatchObject(told);
    });
  },
);

test.each([
  ['last known routes', {}],
  ['none', { FRONT_LAST_KNOWN: '0' }],
])('who waits when Redis goes away goes on waiting, with %s', async (_, env) => {
  const { front, redis, comes } = await held({ ...env, FRONT_REDIS_TIMEOUT: '1s' });
  const asked = request(front.port, HOST);
  await becomeWaiting(front, 1);
  redis.kill('SIGSTOP');
  await waitFor('the front to miss it', async () => {
    expect(await front.status()).toMatchObject({ routes: 'last known' });
  });
  await becomeWaiting(front, 1);
  redis.kill('SIGCONT');
  await comes();
  expect((await asked).status).toBe(200);
});

test('changes that are not told are asked for', async () => {
  const { front, comes } = await held({ FRONT_CACHE: 'off' });
  const asked = request(front.port, HOST);
  await becomeWaiting(front, 1);
  await comes();
  expect((await asked).status).toBe(200);
});

test('all who wait for a host are let go, however many they are', async () => {
  const { front, comes } = await held({});
  const asked = Array.from({ length: MANY }, () => request(front.port, HOST));
  await becomeWaiting(front, MANY);
  await comes();
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
});

test.each([
  ['not_http', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'],
  ['bad_answer', 'HTTP/1.1 200 OK\r\nX-Mine : 1\r\n\r\n'],
])(
  'a backend that speaks before it is asked has accepted, and is not waited for: %s',
  async (reason, bytes) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(bytes);
    });
    const { front } = await held({}, (await own(serve(server))).url);
    await request(front.port, HOST); // and has waited for it until it accepted a connection
    // At some of so many at once nginx hears what it says before it looks whether the connection came about.
    let lines: readonly LogLine[] = [];
    for (
      let round = 1;
      round <= 50 && lines.every(({ connect_seconds }) => connect_seconds !== '-');
      round += 1
    ) {
      await askAtOnce(front.port, AT_ONCE);
      lines = await waitFor('the log', async () => {
        const found = (await front.log()).split('\n').filter((line) => /^{.*\/at-once"/.test(line));
        expect(found).toHaveLength(round * AT_ONCE);
        return found.map((line) => JSON.parse(line) as LogLine);
      });
    }
    for (const { status, reason: told, backend } of lines) {
      expect([status, told, backend.split(/ [:,] |, /).length]).toEqual([502, reason, 1]);
    }
  },
);

test('who waits when the front is stopped is cut off after FRONT_SHUTDOWN_TIMEOUT at most', async () => {
  const { front } = await held({ FRONT_SHUTDOWN_TIMEOUT: '300ms' });
  const asked = request(front.port, HOST).then(
    ({ status }) => status,
    () => 'cut off',
  );
  await becomeWaiting(front, 1);
  process.kill(front.pid, 'SIGQUIT');
  expect(await front.ended()).toBe(0);
  expect(await asked).toBe('cut off');
});

test('who waits in a front that is killed is cut off, the next front serves, and Redis holds nothing of it', async () => {
  const { front, redis, comes, start } = await held({});
  const asked = Array.from({ length: MANY }, () =>
    request(front.port, HOST).then(
      ({ status }) => String(status),
      ({ code }: NodeJS.ErrnoException) => code,
    ),
  );
  await becomeWaiting(front, MANY);
  await killWhole(front);
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['ECONNRESET']));

  const next = await start();
  const again = request(next.port, HOST);
  await becomeWaiting(next, 1);
  await comes();
  expect((await again).status).toBe(200);
  expect((await redis.client.keys('*')).sort()).toEqual(['autodock:fronts', `frontend:${HOST}`]);
});

interface LogLine {
  readonly status: number;
  readonly reason: string;
  readonly backend: string;
  readonly connect_seconds: string;
}

/** So many requests on one connection of HTTP/2, until each has ended in whatever way. */
async function askAtOnce(port: number, requests: number): Promise<void> {
  const session = connect(`http://127.0.0.1:${port}`);
  await Promise.all(
    Array.from({ length: requests }, () => {
      const stream = session.request({ ':path': '/at-once', ':authority': HOST }).resume();
      stream.on('error', () => undefined); // the log tells
      return new Promise((resolve) => stream.on('close', resolve));
    }),
  );
  session.destroy();
}

/** A front of one worker that has its requests wait for {@link HOST}. */
async function held(env: Readonly<Record<string, string>>, ...urls: readonly string[]) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const { url } = await own(startBackend('B1'));
  const key = `frontend:${HOST}`;
  await redis.client.rpush(key, HOST, ...urls);
  const start = async () => {
    const front = await startFront({
      redisSocket: redis.socket,
      env: { FRONT_HOLD: '1h', FRONT_WORKERS: '1', ...env },
    });
    onTestFinished(() => front.stop());
    return front;
  };
  return { front: await start(), start, redis, comes: () => redis.client.rpush(key, url) };
}
