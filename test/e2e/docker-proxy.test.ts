import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, describe, expect, onTestFinished } from 'vitest';
import { ask, open, startDockerProxy } from '../parts/docker-proxy.ts';
import { waitUntil } from '../parts/wait-for.ts';

const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;
const ID = '4f5a1c3d2e6b';

type Pair = Awaited<ReturnType<typeof openPair>>;

/** `pair` is shared by the tests that only ask; what was asked before is forgotten. */
const test = base
  .extend<'lasting', Pair>(
    'lasting',
    { scope: 'file' },
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
    async ({}, { onCleanup }) => {
      const pair = await openPair();
      onCleanup(pair.close);
      return pair;
    },
  )
  .extend('pair', ({ lasting }) => {
    lasting.engine.asked.length = 0;
    return lasting;
  });

describe('what the controller reads', () => {
  test.for([
    '/_ping',
    '/version',
    '/info',
    '/networks',
    ...['/services', '/tasks', '/nodes'],
    '/containers/json',
    '/containers/json?all=1&filters=%7B%22health%22%3A%5B%22starting%22%5D%7D',
    `/containers/${ID}/json`,
    '/containers/a_name.with-marks/json',
  ])(
    'GET %s reaches the engine, with and without a version',
    async (path, { pair: { engine, proxy } }) => {
      for (const target of [path, `/v1.41${path}`, `/v1.55${path}`]) {
        expect(await ask(proxy.socket, 'GET', target)).toMatchObject({ status: 200, body: target });
      }
      expect(engine.asked).toEqual([`GET ${path}`, `GET /v1.41${path}`, `GET /v1.55${path}`]);
    },
  );

  test('HEAD of /_ping reaches the engine', async ({ pair: { engine, proxy } }) => {
    expect((await ask(proxy.socket, 'HEAD', '/_ping')).status).toBe(200);
    expect(engine.asked).toEqual(['HEAD /_ping']);
  });
});

describe('everything else', () => {
  test.for([
    ['POST', '/containers/create'],
    ['POST', `/v1.41/containers/${ID}/exec`],
    ['POST', '/v1.41/containers/json'],
    ['POST', '/_ping'],
    ['PUT', `/containers/${ID}/archive`],
    ['DELETE', `/containers/${ID}`],
    ['DELETE', `/containers/${ID}/json`],
    ['OPTIONS', '/version'],
    ['HEAD', '/info'],
    ['GET', '/'],
    ['GET', '/networks/bridge'],
    ['GET', '/images/json'],
    ['GET', '/secrets'],
    ['GET', '/swarm'],
    ['GET', `/containers/${ID}/logs`],
    ['GET', `/containers/${ID}/export`],
    ['GET', `/containers/${ID}/archive?path=/`],
    ['GET', `/containers/${ID}/json/`],
    ['GET', `/containers/${ID}/attach/ws`],
    ['GET', '/containers//json'],
    ['GET', '/containers/../images/json'],
    ['GET', '/containers/..%2fimages/json'],
    ['GET', '/containers/%2e%2e/json'],
    ['GET', '//version'],
    ['GET', '/version/../images/json'],
    ['GET', '/Version'],
    ['GET', '/v2.0/version'],
    ['GET', '/v1.41/v1.41/version'],
    ['GET', '/v1.41version'],
    ['GET', '/x/events'],
  ] as const)(
    '%s %s is refused with the list of what is allowed',
    async ([method, path], { pair: { engine, proxy } }) => {
      const answer = await ask(proxy.socket, method, path);

      expect(answer.status).toBe(403);
      if (method !== 'HEAD') {
        expect(messageIn(answer.body)).toMatch(/^docker-proxy: refused\. Allowed/);
      }
      expect(engine.asked).toEqual([]);
    },
  );

  test.for([
    ['a body', { 'content-length': '5' }],
    ['a body in chunks', { 'transfer-encoding': 'chunked' }],
    ['another protocol', { connection: 'upgrade', upgrade: 'tcp' }],
  ] as const)(
    'an allowed path with %s is refused',
    async ([, headers], { pair: { engine, proxy } }) => {
      expect((await ask(proxy.socket, 'GET', '/version', headers)).status).toBe(403);
      expect(engine.asked).toEqual([]);
    },
  );
});

describe('the event stream', () => {
  test('outlives a silence that is longer than every timeout', async () => {
    const { engine, proxy } = await startPair('300ms');
    const stream = await open(proxy.socket, 'GET', '/v1.41/events?filters=%7B%7D');
    // An answer that never comes is given up: so much time has passed, twice.
    expect((await ask(proxy.socket, 'GET', '/info?silent')).status).toBe(504);
    expect((await ask(proxy.socket, 'GET', '/info?silent')).status).toBe(504);

    engine.streams[0]?.write('{"Action":"start"}\n');

    const [chunk] = (await once(stream, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('{"Action":"start"}\n');
    stream.destroy();
  });

  test('passes every event on before the next one comes', async () => {
    const { engine, proxy } = await startPair();
    const stream = await open(proxy.socket, 'GET', '/events');

    for (const event of ['{"n":1}\n', '{"n":2}\n', '{"n":3}\n']) {
      engine.streams[0]?.write(event);
      const [chunk] = (await once(stream, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(event);
    }
    stream.destroy();
  });

  test('ends at the engine when the client goes away', async () => {
    const { engine, proxy } = await startPair();
    const stream = await open(proxy.socket, 'GET', '/events');
    const ended = once(engine.streams[0] as ServerResponse, 'close');

    stream.destroy();

    await ended;
  });

  test('ends at the client when the engine goes away', async () => {
    const { engine, proxy } = await startPair();
    const stream = await open(proxy.socket, 'GET', '/events');
    const aborted = once(stream, 'error');

    await engine.stop();

    await aborted;
  });
});

test('an engine that is away is named, and served again when it is back', async () => {
  const { engine, proxy } = await startPair();
  await engine.stop();

  const answer = await ask(proxy.socket, 'GET', '/version');
  expect(answer.status).toBe(503);
  expect(messageIn(answer.body)).toMatch(/the Docker engine does not answer/);

  await engine.start();
  expect((await ask(proxy.socket, 'GET', '/version')).status).toBe(200);
});

test('an engine that is gone ends the proxy, as the socket of the next one is another', async () => {
  const { engine, proxy } = await startPair();

  await engine.stop();

  expect(await proxy.health()).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^the engine is gone/),
  });

  expect(await proxy.ended).toMatch(/the engine is gone from .*: ends/);
});

test('an engine whose socket it may not open is told from one that is gone, and does not end the proxy', async () => {
  const { engine, proxy } = await startPair();
  expect(await proxy.health()).toMatchObject({ code: 0 });
  // Root may open all: who runs the tests as root tries it as another.
  await chmod(engine.socket, 0o000);
  const shutOut = await startDockerProxy(engine.socket, '5m', NOBODY);
  onTestFinished(shutOut.stop);

  await waitUntil('it is told', () => shutOut.said().includes('may not open'));

  expect(shutOut.said()).toMatch(/^may not open .*: Permission denied$/m);
  expect(shutOut.said()).not.toContain('is gone');
  expect(await shutOut.health()).toEqual({
    code: 1,
    stdout: expect.stringMatching(/^may not open .* \(Permission denied\): is the engine rootless/),
  });
});

/** A pair of the test's own. */
async function startPair(timeout?: string): Promise<Pair> {
  const pair = await openPair(timeout);
  onTestFinished(pair.close);
  return pair;
}

/** An engine that answers with the target it was asked for, and the proxy before it. */
async function openPair(timeout?: string) {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-fake-engine-'));
  const socket = join(dir, 'engine.sock');
  const asked: string[] = [];
  const streams: ServerResponse[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url?.includes('/events')) {
      response.flushHeaders();
      streams.push(response);
    } else if (!request.url?.endsWith('?silent')) {
      response.end(request.url);
    }
  });
  const start = async () => void (await once(server.listen(socket), 'listening'));
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await start();
  const proxy = await startDockerProxy(socket, timeout);
  const close = async () => {
    await proxy.stop();
    await stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { engine: { socket, asked, streams, start, stop }, proxy, close };
}

function messageIn(body: string): string {
  return (JSON.parse(body) as { readonly message: string }).message;
}
