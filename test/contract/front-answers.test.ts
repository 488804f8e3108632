import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve, startHttp, startRawBackend } from '../parts/backend.ts';
import { ask, rawRequest, request } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { askHttp2 } from '../parts/http2-client.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 1, env: { FRONT_WORKERS: '1' } });

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const HINT = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n';
const THREE = [{}, {}, {}];

async function routeTo(bytes: string) {
  const backend = await own(startRawBackend(bytes));
  await rig.route('a.com', backend.url);
}

/** The statuses of three requests on one connection, as long as the front keeps it. */
async function onOneConnection(): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const statuses: number[] = [];
  for (const _ of THREE) statuses.push((await ask(rig.front.port, 'a.com', { agent })).status);
  return statuses;
}

describe.each([
  ['an early hint', HINT],
  ['two early hints', HINT + HINT],
])('%s before an answer', (_title, interim) => {
  test('leaves it what it is, several times on one connection', async () => {
    await routeTo(interim + OK);
    expect(await onOneConnection()).toEqual([200, 200, 200]);
  });

  test('does so by HTTP/2 as well', async () => {
    await routeTo(interim + OK);
    const answers = await askHttp2(rig.front.port, 'a.com', THREE);
    expect(answers.map(({ status, body }) => [status, body])).toEqual(THREE.map(() => [200, 'ok']));
  });
});

test('an early hint reaches who may have it: a page that a browser opens by HTTP/2', async () => {
  await routeTo(HINT + OK);
  const [page, other] = await askHttp2(rig.front.port, 'a.com', [
    { headers: { 'sec-fetch-mode': 'navigate' } },
    {},
  ]);
  expect([page?.interim, page?.status]).toEqual([[103], 200]);
  expect([other?.interim, other?.status]).toEqual([[], 200]);
});

test.each([
  ['Upgrade: h2,h2c\r\nConnection: Upgrade, Keep-Alive\r\nKeep-Alive: timeout=5'],
  ['Proxy-Connection: keep-alive'],
  ['Connection: close, X-Mine\r\nUpgrade: h2c'],
  ['TE: trailers'],
  ['Connection: keep-alive, X-Mine, X_Other\r\nX-Mine: 1\r\nX_Other: 2'],
  ['Connection: X-Mine\r\nConnection: X_Other\r\nX-Mine: 1\r\nX_Other: 2'],
])('an answer with %j is whole by HTTP/2, and has none of it', async (lines) => {
  await routeTo(OK.replace('\r\n\r\n', `\r\n${lines}\r\n\r\n`));
  const [{ status, headers, error } = { status: 0, headers: {}, error: 'none' }] = await askHttp2(
    rig.front.port,
    'a.com',
    [{}],
  );
  expect([status, error]).toEqual([200, null]);
  const byHttp1 = await request(rig.front.port, 'a.com');
  for (const name of ['upgrade', 'proxy-connection', 'keep-alive', 'connection', 'te']) {
    expect(headers).not.toHaveProperty(name);
  }
  for (const name of ['upgrade', 'x-mine', 'x_other']) {
    expect([headers, byHttp1.headers]).not.toContainEqual(
      expect.objectContaining({ [name]: expect.anything() as unknown }),
    );
  }
});

describe.each([
  ['an SSH server', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'],
  ['a server of HTTP/2 alone', '\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64'],
  ['noise', '\xff\xfe\0\n\n"'],
])('%s behind a host', (_title, banner) => {
  const startServer = () =>
    own(
      serve(
        createServer((socket) => {
          socket.on('error', () => undefined);
          socket.write(banner, 'latin1');
        }),
      ),
    );

  test('is a 502 with a whole head in both versions of HTTP', async () => {
    await rig.route('a.com', (await startServer()).url);
    const answer = await rawRequest(
      rig.front.port,
      'GET /raw HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[^<]*content-length: \d+\r\n/);
    const answers = await askHttp2(rig.front.port, 'a.com', THREE);
    expect(answers.map(({ status }) => status)).toEqual([502, 502, 502]);
  });

  test('is marked as one that refuses connections', async () => {
    await rig.route('a.com', (await startServer()).url, rig.url(1));
    await waitFor('the mark', async () => {
      await rig.answerer('a.com');
      expect(await rig.dead('a.com')).toEqual(['0']);
    });
    expect(await rig.answers('a.com', 5)).toEqual({ B1: 5 });
  });

  test('leaves the access log what it is', async () => {
    await rig.route('a.com', (await startServer()).url);
    const path = `/logged-${banner.length}`;
    await request(rig.front.port, 'a.com', path);
    await waitFor('its line', async () => {
      const lines = (await rig.front.log())
        .split('\n')
        .filter((line) => line.includes(`"${path}"`));
      expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
        { status: 502, vhost: 'a.com', outcome: 'routed' },
      ]);
    });
  });
});

describe('an answer that nginx refuses', () => {
  test.each([
    ['a doubled Transfer-Encoding', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['a space before the colon', 'X-Mine : 1'],
    ['a head of 80 KB', `X-Long: ${'x'.repeat(80_000)}`],
  ])('for %s is a 502, and the request runs once', async (_title, line) => {
    const bytes = OK.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
    const backends = [await own(startRawBackend(bytes)), await own(startRawBackend(bytes))];
    await rig.route('a.com', ...backends.map(({ url }) => url));
    const { status } = await request(rig.front.port, 'a.com');
    expect(status).toBe(502);
    expect(backends.reduce((sum, { connections }) => sum + connections(), 0)).toBe(1);
    await rig.settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });

  test('is not one for its 60 KB of headers', async () => {
    await routeTo(OK.replace('\r\n\r\n', `\r\nX-Long: ${'x'.repeat(60_000)}\r\n\r\n`));
    const answer = await rawRequest(
      rig.front.port,
      'GET / HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.length).toBeGreaterThan(60_000);
  });
});

test("a backend's status that does not exist is a 502, and the log is JSON", async () => {
  await routeTo(OK.replace('200', '009'));
  const answer = await rawRequest(
    rig.front.port,
    'GET /nine HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n',
  );
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 502']);
  await waitFor('its line', async () => {
    const lines = (await rig.front.log()).split('\n').filter((line) => line.includes('"/nine"'));
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ status: 502 }]);
  });
});

test('a switch of protocols that nobody asked for is a 502 in both versions of HTTP', async () => {
  await routeTo('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  expect(await rig.answerer('a.com')).toBe(502);
  const answers = await askHttp2(rig.front.port, 'a.com', THREE);
  expect(answers.map(({ status, error }) => [status, error])).toEqual(THREE.map(() => [502, null]));
});

test('an answer that comes before the upload has ended reaches its client', async () => {
  const early = await own(startHttp((_asked, reply) => reply.writeHead(401).end('who are you?')));
  await rig.route('a.com', early.url);
  const upload = { method: 'POST', body: 'x'.repeat(2_000_000) };
  for (let n = 0; n < 20; n += 1) {
    expect((await request(rig.front.port, 'a.com', '/', upload)).status).toBe(401);
  }
});
