import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, serve, startBackend } from '../parts/backend.ts';
import { freePort } from '../parts/free-port.ts';
import { request } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { workersOf } from '../parts/front-processes.ts';
import { becomeWaiting, frontSample } from '../parts/front-sample.ts';
import { askHttp2 } from '../parts/http2-client.ts';
import { waitFor } from '../parts/wait-for.ts';
import { upgrade } from '../parts/websocket.ts';

const PLACES = 4;
const rig = useFront({
  backends: 2,
  // As long as it takes, so that nothing but what a test does ends the wait.
  env: { FRONT_HOLD: '1h', FRONT_HOLD_REQUESTS: String(PLACES), FRONT_WORKERS: '1' },
});

/** The requests that the front sent to a port, and that were refused there. */
async function refusals(port: number): Promise<readonly string[]> {
  const lines = (await rig.front.log()).split('\n');
  return lines.filter((line) => line.includes(`:${port}/`) && line.includes('Connection refused'));
}

describe('a request for a held host', () => {
  test('waits, and reaches the backend that comes as it was sent', async () => {
    await rig.route('a.com');
    const body = 'as it is';
    const asked = request(rig.front.port, 'a.com', '/x//y%20z?q=%26', { method: 'POST', body });
    await becomeWaiting(rig.front, 1);
    await rig.redis.client.rpush('frontend:a.com', rig.url(1));
    const answer = seen((await asked).body);
    expect(answer).toMatchObject({ backend: 'B1', method: 'POST', url: '/x//y%20z?q=%26', body });
    expect(answer.headers['x-autodock-front']).not.toContain(' ');
  });

  test('waits below a wildcard, too', async () => {
    await rig.route('*.ex.com');
    const asked = rig.answerer('z.ex.com');
    await becomeWaiting(rig.front, 1);
    await rig.redis.client.rpush('frontend:*.ex.com', rig.url(1));
    expect(await asked).toBe('B1');
  });

  test('is not asked for its body meanwhile', async () => {
    await rig.route('a.com');
    const socket = connect(rig.front.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(
      'PUT / HTTP/1.1\r\nHost: a.com\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n',
    );
    await becomeWaiting(rig.front, 1);
    const [first] = await Promise.all([
      once(socket.setEncoding('latin1'), 'data'),
      rig.redis.client.rpush('frontend:a.com', rig.url(1)),
    ]);
    expect(first).toEqual([expect.stringMatching(/^HTTP\/1\.1 100 /)]);
    socket.write('abc');
    await waitFor('the answer', async () => {
      const [answer] = await once(socket, 'data');
      expect(answer).toContain('"body":"abc"');
    });
  });

  test('waits as a WebSocket', async () => {
    await rig.route('a.com');
    const { received } = upgrade(rig.front.port, 'a.com');
    await becomeWaiting(rig.front, 1);
    await rig.redis.client.rpush('frontend:a.com', rig.url(1));
    await waitFor('the handshake', () => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
  });

  test('is told when its host has gone', async () => {
    await rig.route('a.com');
    const asked = rig.answerer('a.com');
    await becomeWaiting(rig.front, 1);
    await rig.redis.client.del('frontend:a.com');
    expect(await asked).toBe(404);
  });

  test('gives its place back when its client leaves', async () => {
    await rig.route('a.com');
    const socket = connect(rig.front.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a.com\r\nContent-Length: 3\r\n\r\nabc');
    await becomeWaiting(rig.front, 1);
    socket.destroy();
    await becomeWaiting(rig.front, 0);
  });

  test('goes on waiting in a worker that a reload replaced', async () => {
    await rig.route('a.com');
    const asked = rig.answerer('a.com');
    await becomeWaiting(rig.front, 1);
    const [before] = await workersOf(rig.front);
    const next = async () => (await workersOf(rig.front)).filter((pid) => pid !== before);
    process.kill(rig.front.pid, 'SIGHUP');
    await waitFor('the next worker', async () => expect(await next()).toHaveLength(1));
    await rig.redis.client.rpush('frontend:a.com', rig.url(1));
    expect(await asked).toBe('B1');
    await waitFor('the old worker to be gone', async () => {
      expect(await workersOf(rig.front)).toEqual(await next());
    });
  });
});

describe('a request whose only backend ends before it answers', () => {
  /** Returns how many requests it was sent. */
  async function routeEnding(times = 1): Promise<() => number> {
    let sent = 0;
    const server = createServer((asked, reply) => {
      sent += 1;
      if (sent <= times) asked.socket.destroy();
      else reply.end('at last');
    });
    await rig.route('a.com', (await own(serve(server))).url);
    return () => sent;
  }

  // One that is killed: first what it has begun, then its queue.
  test.each([
    ['GET', 1, 200, 2],
    ['GET', 2, 200, 3],
    ['GET', 3, 502, 3],
    ['POST', 1, 502, 1],
  ])('%s that meets %d ends gets %d: it is sent %d times', async (method, ends, status, times) => {
    const sent = await routeEnding(ends);
    const answer = await request(rig.front.port, 'a.com', '/', { method });
    expect([answer.status, sent()]).toEqual([status, times]);
  });

  test.each([
    ['GET', {}, 200],
    ['GET', { body: 'of which the head tells nothing' }, 200],
    ['OPTIONS', {}, 200],
    ['DELETE', { body: 'of which the head tells nothing' }, 200],
    ['PUT', { headers: { 'content-length': '0' } }, 200],
    ['POST', {}, 502],
  ])('by HTTP/2 %s with %j gets %d', async (method, what, status) => {
    await routeEnding();
    const [answer] = await askHttp2(rig.front.port, 'a.com', [{ method, ...what }]);
    expect(answer?.status).toBe(status);
  });
});

test('a request for a host that nobody asks for does not wait', async () => {
  expect(await rig.answerer('nobody.test')).toBe(404);
});

test('without a place a request is refused at once, and other vhosts have one left', async () => {
  await rig.route('a.com');
  await rig.route('b.com');
  const asked = Array.from({ length: PLACES - 1 }, () => rig.answerer('a.com'));
  await becomeWaiting(rig.front, PLACES - 1);
  const givenUp = await frontSample(rig.front, 'wait_given_up_total');
  const refused = await request(rig.front.port, 'a.com');
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  asked.push(rig.answerer('b.com'));
  await becomeWaiting(rig.front, PLACES);
  expect(await rig.answerer('b.com')).toBe(503);
  await waitFor('both to be counted', async () => {
    expect(await frontSample(rig.front, 'wait_given_up_total')).toBe(givenUp + 2);
  });
  await rig.redis.client.rpush('frontend:a.com', rig.url(1));
  await rig.redis.client.rpush('frontend:b.com', rig.url(1));
  expect(await Promise.all(asked)).toEqual(asked.map(() => 'B1'));
});

describe('a backend that refuses', () => {
  test('is waited for, by who found it out as by who comes later', async () => {
    const port = await freePort();
    await rig.route('a.com', `http://127.0.0.1:${port}`);
    const before = await own(startBackend('before', '127.0.0.1', port));
    expect(await rig.answerer('a.com')).toBe('before');
    await before.close();
    const body = 'kept';
    const asked = [
      request(rig.front.port, 'a.com', '/a%2Fb', { method: 'POST', body }),
      request(rig.front.port, 'a.com', '/a%2Fb'),
    ];
    await becomeWaiting(rig.front, 2);
    await own(startBackend('after', '127.0.0.1', port));
    const answers = (await Promise.all(asked)).map((answer) => seen(answer.body));
    expect(answers).toMatchObject([
      { backend: 'after', url: '/a%2Fb', body },
      { backend: 'after', url: '/a%2Fb', body: '' },
    ]);
  });

  test('gets no request while it is new, and some once it listens', async () => {
    const port = await freePort();
    await rig.route('a.com', rig.url(1));
    expect(await rig.answers('a.com', 2)).toEqual({ B1: 2 });
    await rig.redis.client.rpush('frontend:a.com', `http://127.0.0.1:${port}`);
    expect(await rig.answers('a.com', 20)).toEqual({ B1: 20 });
    const late = await own(startBackend('late', '127.0.0.1', port));
    await waitFor('the new one to serve', async () => {
      expect(await rig.answerer('a.com')).toBe('late');
    });
    expect(await refusals(port)).toEqual([]);
    expect(late.connections()).toBeGreaterThan(0);
  });

  test('is new again when it comes back to a list', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await rig.route('a.com', url);
    const before = await own(startBackend('before', '127.0.0.1', port));
    expect(await rig.answerer('a.com')).toBe('before');
    await before.close();
    await rig.redis.client.lrem('frontend:a.com', 1, url);
    const asked = rig.answerer('a.com');
    await becomeWaiting(rig.front, 1);
    await rig.redis.client.rpush('frontend:a.com', url);
    await own(startBackend('after', '127.0.0.1', port));
    expect(await asked).toBe('after');
    expect(await refusals(port)).toEqual([]);
  });

  test('is told as unproven, for whoever explains its host', async () => {
    const refused = await refusedUrl();
    await rig.route('a.com', refused, rig.url(1));
    expect(await rig.answerer('a.com')).toBe('B1');
    await waitFor('the note', async () => {
      const [note = '{}'] = await rig.redis.client.lrange('autodock:failures:a.com', 0, -1);
      expect(JSON.parse(note)).toMatchObject({
        reason: 'unproven',
        backend: refused,
        host: 'a.com',
      });
    });
  });

  test('costs nobody a request who has another one to go to', async () => {
    await rig.route('a.com', await refusedUrl(), rig.url(1), await refusedUrl(), rig.url(2));
    const { B1 = 0, B2 = 0, ...others } = await rig.answers('a.com', 20);
    expect(others).toEqual({});
    expect(B1 + B2).toBe(20);
    expect(await frontSample(rig.front, 'retries_total')).toBe(0);
  });
});
