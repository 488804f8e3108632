import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { identify, refusedUrl, serve, startHttp, startRawBackend } from '../parts/backend.ts';
import { ask, rawRequest, request, startFront } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { killWhole } from '../parts/front-processes.ts';
import { askHttp2 } from '../parts/http2-client.ts';
import { waitFor } from '../parts/wait-for.ts';
import { upgrade } from '../parts/websocket.ts';

const rig = useFront({ backends: 1, env: { FRONT_WORKERS: '1' } });

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';
const HINT = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
const OKAY = { status: 200, body: 'ok', connection: 'keep-alive' };
const THREE = [{}, {}, {}];
const MEGABYTES = 'x'.repeat(3_000_000);

async function routeRaw(host: string, bytes: string) {
  const backend = await own(startRawBackend(bytes));
  await rig.route(host, backend.url);
  return backend;
}

/** An application that says again and again that it is at work, and then answers as the listener does. */
async function routeBusy(host: string, answer: RequestListener): Promise<void> {
  const backend = await own(
    startHttp((asked, reply) => {
      reply.writeProcessing();
      reply.writeProcessing();
      answer(asked, reply);
    }),
  );
  await rig.route(host, backend.url);
  await request(rig.front.port, host).catch(() => undefined); // meets the first
}

/** What three requests on one connection are answered. */
async function onOneConnection(host: string, method: string): Promise<readonly object[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const answers: object[] = [];
  for (const _ of THREE) {
    const { status, body, headers } = await ask(rig.front.port, host, { agent, method });
    answers.push({ status, body, connection: headers.connection });
  }
  return answers;
}

describe.each([
  ['100', CONTINUE],
  ['102', PROCESSING],
])('an interim %s that nobody asked for', (name, interim) => {
  test.each(['GET', 'OPTIONS'])(
    'is left out, of the answer to the first %s as well',
    async (method) => {
      const host = `one-${name}-${method.toLowerCase()}.test`;
      const { connections } = await routeRaw(host, interim + OK);
      const before = connections();
      const answers = await onOneConnection(host, method);
      expect(answers).toEqual([{ ...OKAY, connection: 'close' }, OKAY, OKAY]);
      expect(connections()).toBe(before + 4); // one more for the first
    },
  );

  test('is left out by HTTP/2 as well', async () => {
    await routeRaw(`two-${name}.test`, interim + OK);
    const answers = await askHttp2(rig.front.port, `two-${name}.test`, THREE);
    const said = answers.map(({ status, body, error }) => [status, body, error]);
    expect(said).toEqual(THREE.map(() => [200, 'ok', null]));
  });

  test.each(['POST', 'PUT', 'DELETE'])(
    'runs no %s twice: the first gets no answer, the next ones do',
    async (method) => {
      const host = `three-${name}-${method.toLowerCase()}.test`;
      const backends = [
        await own(startRawBackend(interim + OK)),
        await own(startRawBackend(interim + OK)),
      ];
      await rig.route(host, ...backends.map(({ url }) => url));
      const ask = async () => (await request(rig.front.port, host, '/', { method })).status;
      expect(await ask()).toBe(502);
      expect(backends.reduce((sum, { connections }) => sum + connections(), 0)).toBe(1);
      expect([await ask(), await ask()]).toEqual([200, 200]);
    },
  );
});

test.each(['POST', 'PUT'])('an early hint costs a %s nothing', async (method) => {
  await routeRaw(`hint-${method.toLowerCase()}.test`, HINT + OK);
  const answers = await onOneConnection(`hint-${method.toLowerCase()}.test`, method);
  expect(answers).toEqual([OKAY, OKAY, OKAY]);
});

test('it is left out where it comes in pieces, several times, and among early hints', async () => {
  const pieces = [...`${PROCESSING}${HINT}${CONTINUE}${PROCESSING}${OK}`];
  const backend = await own(
    serve(
      createServer((socket) => {
        socket.setNoDelay(true).on('error', () => undefined);
        socket.on('data', () => {
          for (const piece of pieces) socket.write(piece);
        });
      }),
    ),
  );
  await rig.route('pieces.test', backend.url);
  await request(rig.front.port, 'pieces.test');
  const [page] = await askHttp2(rig.front.port, 'pieces.test', [
    { headers: { 'sec-fetch-mode': 'navigate' } },
  ]);
  expect([page?.interim, page?.status, page?.body]).toEqual([[103], 200, 'ok']);
});

describe('an application that sends such answers', () => {
  test('gets what others get: method, path, headers and body, and not how it was reached', async () => {
    await routeBusy('busy.test', (asked, reply) => void identify('busy', asked, reply));
    const { body } = await request(rig.front.port, 'busy.test', '/x//y%20z?q=%26', {
      method: 'POST',
      headers: { 'x-mine': '1', 'x-autodock-relay': 'forged', 'transfer-encoding': 'chunked' },
      body: MEGABYTES,
    });
    const { headers, ...what } = seen(body);
    expect(what).toMatchObject({ method: 'POST', url: '/x//y%20z?q=%26', bytes: MEGABYTES.length });
    expect(headers).toMatchObject({ host: 'busy.test', 'x-mine': '1', 'x-real-ip': '127.0.0.1' });
    expect(headers).not.toHaveProperty('x-autodock-relay');
  });

  test('may answer at length, or with a head alone, or before it has read a body', async () => {
    await routeBusy('long.test', (asked, reply) => {
      if (asked.method === 'POST') reply.writeHead(401).end('who are you?');
      else reply.end(MEGABYTES);
    });
    expect((await request(rig.front.port, 'long.test')).body === MEGABYTES).toBe(true);
    const head = await request(rig.front.port, 'long.test', '/', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
    for (let n = 0; n < 10; n += 1) {
      const upload = { method: 'POST', body: MEGABYTES };
      expect((await request(rig.front.port, 'long.test', '/', upload)).status).toBe(401);
    }
  });

  test('is not made to look whole where its answer breaks off', async () => {
    await routeBusy('short.test', (_asked, reply) => {
      reply.writeHead(200, { 'content-length': 100 });
      reply.write('not a hundred', () => reply.destroy());
    });
    await expect(request(rig.front.port, 'short.test')).rejects.toThrow();
  });

  test('may speak WebSocket', async () => {
    await routeBusy('socket.test', (_asked, reply) => reply.end());
    const { socket, received } = upgrade(rig.front.port, 'socket.test');
    await waitFor('the handshake', () => expect(received()).toContain(' 101 '));
    socket.write('there and back');
    await waitFor('the echo', () => expect(received()).toContain('there and back'));
    socket.destroy();
    await once(socket, 'close');
  });

  test('is marked, and another backend answers, where it does not accept connections', async () => {
    await routeBusy('gone.test', (_asked, reply) => reply.end());
    await rig.redis.client.del('frontend:gone.test');
    await rig.route('gone.test', await refusedUrl(), rig.url(1));
    await waitFor('the mark', async () => {
      await rig.answerer('gone.test');
      expect(await rig.dead('gone.test')).toEqual(['0']);
    });
    expect(await rig.answers('gone.test', 5)).toEqual({ B1: 5 });
  });
});

test('it is left out where verify=off is asked for, too, and no client says where to go then', async () => {
  await rig.redis.client.hset(
    'autodock:options:off.test',
    'one',
    '{"verify":"off","since":{"verify":1}}',
  );
  await routeRaw('off.test', PROCESSING + OK);
  const { hostname, port } = new URL(rig.url(1));
  const headers = { 'x-autodock-relay': `${hostname} ${port} ${rig.url(1)} off.test off.test` };
  const answer = () => request(rig.front.port, 'off.test', '/', { headers });
  for (const _ of THREE) expect(await answer()).toMatchObject({ status: 200, body: 'ok' });
});

test('all workers know of it a moment later', async () => {
  const front = await startFront({ redisSocket: rig.redis.socket, env: { FRONT_WORKERS: '3' } });
  onTestFinished(() => front.stop());
  await routeRaw('workers.test', PROCESSING + OK);
  await waitFor('each worker to leave it out', async () => {
    const asked = Array.from({ length: 20 }, () => request(front.port, 'workers.test'));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

test('a front that was killed starts again in the same folder, where its socket still is', async () => {
  const run = await mkdtemp(join(tmpdir(), 'autodock-front-run-'));
  onTestFinished(() => rm(run, { recursive: true, force: true }));
  const env = { FRONT_WORKERS: '1', FRONT_RUN: run };
  const killed = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => killed.stop());
  await killWhole(killed);
  await killed.stop();
  const front = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => front.stop());
  await routeRaw('again.test', PROCESSING + OK);
  await request(front.port, 'again.test');
  expect((await request(front.port, 'again.test')).status).toBe(200);
});

test('the way to it is not open to clients', async () => {
  await rig.route('b.com', rig.url(1));
  const answer = await rawRequest(
    rig.front.port,
    'GET / HTTP/1.1\r\nHost: b.com\r\nX-Autodock-Relay: 127.0.0.1 1 http://x h v\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toContain('"backend":"B1"');
});
