import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, serve, startBackend } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { workersOf } from '../parts/front-processes.ts';
import { becomeWaiting } from '../parts/front-sample.ts';
import { startRedis } from '../parts/redis.ts';
import { past, waitFor } from '../parts/wait-for.ts';
import { upgrade } from '../parts/websocket.ts';

const FRONTS = 'autodock:fronts';
/** For a second a front does not try again what Redis refused: a little longer. */
const PAUSE_MS = 1_200;

for (const cache of ['on', 'off']) {
  describe(`a front with FRONT_CACHE=${cache}`, () => {
    const env = { FRONT_WORKERS: '2', FRONT_CACHE: cache, FRONT_HOLD: '60s' };
    const rig = useFront({ backends: 1, env });
    let asked = 0;

    /** The answer of the only front to a question about these backends, once there is one. */
    async function underWay(...urls: readonly string[]): Promise<string> {
      return waitFor('an answer', async () => {
        asked += 1;
        await rig.redis.client.publish('autodock:ask', `session ${asked} ${urls.join(' ')}`);
        return waitFor(
          'all workers to answer',
          async () => {
            const answers = Object.values(
              await rig.redis.client.hgetall('autodock:answer:session'),
            );
            expect(answers).toHaveLength(1);
            const [number, ...counts] = String(answers[0]).split(' ');
            expect(number).toBe(String(asked));
            return counts.join(' ');
          },
          { timeoutMs: 2_000 },
        );
      });
    }

    test('announces itself by the clock of Redis, and forgets those that are gone', async () => {
      await rig.redis.client.zadd(FRONTS, '1', 'gone');
      await waitFor('a sign', async () => {
        const [id = '', score, ...others] = await rig.redis.client.zrange(
          FRONTS,
          '0',
          '-1',
          'WITHSCORES',
        );
        expect(others).toEqual([]);
        expect(id).toMatch(/^[0-9a-f]{12}$/);
        const [seconds] = await rig.redis.client.time();
        expect(Math.abs(Number(score) / 1_000 - Number(seconds))).toBeLessThan(10);
      });
    });

    test('tells how many requests and WebSockets are on their way to a backend, in all workers', async () => {
      const { url, waiting } = await slowBackend();
      await rig.route('slow.test', url);
      const asking = Array.from({ length: 6 }, () => request(rig.front.port, 'slow.test'));
      await waitFor('all to be asked', () => expect(waiting).toHaveLength(6));
      const { socket, received } = upgrade(rig.front.port, 'slow.test');
      await waitFor('the handshake', () => expect(received()).toMatch(/^HTTP\/1\.1 101 /));

      expect(await underWay(url)).toBe('6 1');
      expect(await underWay('http://192.0.2.1:80', url)).toBe('6 1');
      expect(await underWay('http://192.0.2.1:80')).toBe('0 0');
      waiting[0]?.end('done');
      await Promise.race(asking);
      expect(await underWay(url)).toBe('5 1');
      socket.destroy();
      for (const reply of waiting) reply.end('done');
      await Promise.all(asking);
      await waitFor('nothing to be left', async () => expect(await underWay(url)).toBe('0 0'));
    });

    test('tells of no request that waits at a held host, or for a backend that accepts nothing yet', async () => {
      const { url, waiting } = await slowBackend();
      const refusing = await refusedUrl();
      await rig.route('held.test');
      await rig.route('starting.test', refusing);
      const asking = ['held.test', 'starting.test'].map((host) => request(rig.front.port, host));
      await becomeWaiting(rig.front, 2);

      expect(await underWay(url, refusing)).toBe('0 0');
      await rig.redis.client.rpush('frontend:held.test', url);
      await rig.redis.client.rpush('frontend:starting.test', url);
      await waitFor('both to be asked', () => expect(waiting).toHaveLength(2));
      expect(await underWay(url, refusing)).toBe('2 0');
      for (const reply of waiting) reply.end('done');
      await Promise.all(asking);
    });

    test('tells of what workers end that a reload replaced', async () => {
      const { url, waiting } = await slowBackend();
      await rig.route('slow.test', url);
      const asking = request(rig.front.port, 'slow.test');
      const { socket, received } = upgrade(rig.front.port, 'slow.test');
      await waitFor('the handshake', () => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
      await waitFor('it to be asked', () => expect(waiting).toHaveLength(1));
      const before = await workersOf(rig.front);
      process.kill(rig.front.pid, 'SIGHUP');
      await waitFor('new workers', async () => {
        const now = await workersOf(rig.front);
        expect(now.filter((pid) => !before.includes(pid))).toHaveLength(2);
      });

      expect(await underWay(url)).toBe('1 1');
      waiting[0]?.end('done');
      await asking;
      expect(await underWay(url)).toBe('0 1');
      socket.destroy();
      await waitFor('the old workers to be gone', async () => {
        const now = await workersOf(rig.front);
        expect(now.filter((pid) => before.includes(pid))).toEqual([]);
      });
      expect(await underWay(url)).toBe('0 0');
    });
  });
}

describe('a front that hears no questions', () => {
  const rig = useFront({ backends: 1 });

  test('is known all the same before it asks for a list, so that nothing is proven without it', async () => {
    const { client } = rig.redis;
    const rights = ['on', '>secret', '~*', '+@all', 'resetchannels'];
    await client.call('ACL', 'SETUSER', 'deaf', ...rights);
    const front = await startFront({
      redisSocket: rig.redis.socket,
      env: { FRONT_REDIS_USERNAME: 'deaf', FRONT_REDIS_PASSWORD: 'secret', FRONT_WORKERS: '1' },
    });
    onTestFinished(() => front.stop());
    await waitFor('the other one to be known', async () => {
      expect(await client.zcard(FRONTS)).toBe(1);
    });
    await rig.route('a.test', rig.url(1));

    expect((await request(front.port, 'a.test')).status).toBe(200);

    expect(await client.zcard(FRONTS)).toBe(2);
    expect(await front.status()).toMatchObject({ tracking: false });
  });
});

test('a front that Redis let give no sign gives one before the next list that it reads once it may', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const backend = await own(startBackend('B1'));
  await redis.client.rpush('frontend:a.test', 'a.test', backend.url);
  await redis.client.call('ACL', 'SETUSER', 'mute', 'on', '>secret', '~*', '+@all', '-eval');
  const front = await startFront({
    redisSocket: redis.socket,
    env: { FRONT_REDIS_USERNAME: 'mute', FRONT_REDIS_PASSWORD: 'secret', FRONT_CACHE: 'off' },
  });
  onTestFinished(() => front.stop());
  await waitFor('its complaint', async () => {
    expect((await request(front.port, 'a.test')).status).toBe(200);
    expect(await front.log()).toContain('autodock drain --wait does not know this front');
  });
  await redis.client.call('ACL', 'SETUSER', 'mute', '+eval');
  await past(PAUSE_MS);

  expect((await request(front.port, 'a.test')).status).toBe(200);

  expect(await redis.client.zcard(FRONTS)).toBe(1);
});

/** Accepts WebSockets, and answers requests when a test does so. */
async function slowBackend() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_, reply) => void waiting.push(reply));
  server.on('upgrade', (_, socket) => {
    socket.on('error', () => undefined);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    socket.on('end', () => void socket.destroy());
  });
  const backend = await own(serve(server, '127.0.0.1'));
  return { url: backend.url, waiting };
}
