import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Backend,
  refusedUrl,
  startBackend,
  startHttp,
  startStreamingBackend,
} from '../parts/backend.ts';
import { rawRequest, request, startFront } from '../parts/front.ts';
import { seen, useFront } from '../parts/front-fixture.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const MEGABYTE = 1024 * 1024;

const rig = useFront({ backends: 2, env: { FRONT_READ_TIMEOUT: '1s', FRONT_WORKERS: '1' } });

async function own<T extends Backend>(backend: Promise<T>): Promise<T> {
  const started = await backend;
  onTestFinished(() => started.close());
  return started;
}

/** The headers that a backend saw. */
async function headersSeen(
  host: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const { body } = await request(rig.front.port, host, '/', { headers });
  return seen(body).headers;
}

const FORGED = {
  'x-forwarded-for': '1.1.1.1',
  'x-forwarded-host': 'forged.test',
  'x-forwarded-port': '9',
  'x-forwarded-proto': 'https',
  'x-forwarded-protocol': 'https',
  'x-real-ip': '2.2.2.2',
};

describe('headers', () => {
  it('tell the backend who asked and how', async () => {
    await rig.route('a.com', rig.url(1));
    expect(await headersSeen('A.com:8080')).toMatchObject({
      host: 'A.com:8080',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'A.com:8080',
      'x-forwarded-port': '8080',
      'x-forwarded-proto': 'http',
      'x-forwarded-protocol': 'http',
      'x-real-ip': '127.0.0.1',
    });
    expect(await headersSeen('a.com')).toMatchObject({ 'x-forwarded-port': '80' });
  });

  it('about forwarding are not believed', async () => {
    await rig.route('a.com', rig.url(1));
    expect(await headersSeen('a.com', FORGED)).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'a.com',
      'x-forwarded-port': '80',
      'x-forwarded-proto': 'http',
      'x-forwarded-protocol': 'http',
      'x-real-ip': '127.0.0.1',
    });
  });

  it('about forwarding are believed from a trusted network', async () => {
    const front = await startFront({
      redisSocket: rig.redis.socket,
      env: { FRONT_TRUSTED: '10.0.0.0/8, 127.0.0.0/8,::1' },
    });
    onTestFinished(() => front.stop());
    await rig.route('a.com', rig.url(1));
    const { body } = await request(front.port, 'a.com', '/', { headers: FORGED });
    expect(seen(body).headers).toMatchObject({
      ...FORGED,
      'x-forwarded-for': '1.1.1.1, 127.0.0.1',
    });
  });

  it('of the backend reach the client', async () => {
    await rig.route('a.com', rig.url(1));
    const { headers } = await request(rig.front.port, 'a.com');
    expect(headers).toMatchObject({ server: 'backend', 'x-powered-by': 'test' });
  });

  it('of the backend do not steer the front', async () => {
    const steering = await own(
      startHttp((_asked, reply) => {
        reply.setHeader('x-accel-redirect', '/__ping__').setHeader('x-accel-limit-rate', '1');
        reply.end('mine');
      }),
    );
    await rig.route('a.com', steering.url);
    expect((await request(rig.front.port, 'a.com')).body).toBe('mine');
  });

  it('of many kilobytes pass in both directions', async () => {
    const long = 'x'.repeat(7_000);
    const mirror = await own(
      startHttp((asked, reply) => {
        reply.setHeader('x-long', asked.headers['x-long'] ?? '').setHeader('x-long-2', long);
        reply.end();
      }),
    );
    await rig.route('a.com', mirror.url);
    const { status, headers } = await request(rig.front.port, 'a.com', '/', {
      headers: { 'x-long': long },
    });
    expect([status, headers['x-long'], headers['x-long-2']]).toEqual([200, long, long]);
  });
});

it.each(['/a%20b', '//x', '/a/../b', '/x{}|', '/?q=%26&x=[]', '/%2F', '/%C3%A9', '/__ping__/x'])(
  'the path %s reaches the backend as it is',
  async (path) => {
    await rig.route('a.com', rig.url(1));
    const answer = await rawRequest(
      rig.front.port,
      `GET ${path} HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain(`"url":"${path}"`);
  },
);

describe('bodies', () => {
  it('may be sent in chunks', async () => {
    await rig.route('a.com', rig.url(1));
    const answer = await request(rig.front.port, 'a.com', '/', {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'hello',
    });
    expect(seen(answer.body)).toMatchObject({ method: 'POST', body: 'hello' });
  });

  it('are not sent for HEAD', async () => {
    await rig.route('a.com', rig.url(1));
    const { status, body } = await request(rig.front.port, 'a.com', '/', { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });

  it.each(['PUT', 'POST'])('of 30 MB are streamed by %s', async (method) => {
    let [bytes, digest] = [0, ''];
    const reader = await own(
      startHttp((asked, reply) => {
        const hash = createHash('sha256');
        asked.on('data', (part: Buffer) => {
          bytes += part.length;
          hash.update(part);
        });
        asked.on('end', () => {
          digest = hash.digest('hex');
          reply.end('got it');
        });
      }),
    );
    await rig.route('a.com', reader.url);
    const body = randomBytes(30 * MEGABYTE);
    const upload = httpRequest({
      ...{ host: '127.0.0.1', port: rig.front.port, method, agent: false },
      headers: { host: 'a.com', 'content-length': body.length },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upload.on('response', resolve).on('error', reject);
    });
    upload.write(body.subarray(0, MEGABYTE));
    await waitUntil('the first megabyte, before the rest is sent', () => bytes === MEGABYTE);
    upload.end(body.subarray(MEGABYTE));
    expect(await text(await answered)).toBe('got it');
    expect(digest).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('of answers may be large', async () => {
    const body = randomBytes(8 * MEGABYTE).toString('hex');
    const sender = await own(startHttp((_asked, reply) => reply.end(body)));
    await rig.route('a.com', sender.url);
    expect((await request(rig.front.port, 'a.com')).body === body).toBe(true);
  });

  it('of answers stream: the first event comes before the last is there', async () => {
    const streaming = await own(startStreamingBackend());
    await rig.route('a.com', streaming.url);
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ ...target(), headers: { host: 'a.com', accept: 'text/event-stream' } }, resolve)
        .on('error', reject)
        .end();
    });
    let received = '';
    reply.setEncoding('utf8').on('data', (part: string) => {
      received += part;
    });
    await waitFor('the first event', () => expect(received).toBe('data: first\n\n'));
    await past(1_500); // longer than FRONT_READ_TIMEOUT: events may be rare
    streaming.finish();
    await waitFor('the second event', () => expect(received).toContain('data: second\n\n'));
  });

  it('to an unknown host are thrown away, and never read as the next request', async () => {
    await rig.route('a.com', rig.url(1));
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a.com\r\n\r\n';
    const answer = await rawRequest(
      rig.front.port,
      `POST / HTTP/1.1\r\nHost: nobody.test\r\nContent-Length: ${smuggled.length}\r\n\r\n` +
        `${smuggled}GET /real HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain('HTTP/1.1 404');
    expect(answer).toContain('"url":"/real"');
    expect(answer).not.toContain('smuggled');
  });
});

it('one connection serves several hosts, errors among them', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  await rig.route('a.com', rig.url(1));
  await rig.route('held.com');
  await rig.route('down.com', await refusedUrl());
  const sockets = new Set<Socket>();
  const statuses: (number | undefined)[] = [];
  for (const host of ['a.com', 'nobody.test', 'held.com', 'down.com', 'a.com']) {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ ...target(), agent, headers: { host } }, resolve)
        .on('error', reject)
        .end();
    });
    sockets.add(reply.socket);
    statuses.push(reply.statusCode);
    await text(reply);
  }
  expect(statuses).toEqual([200, 404, 503, 502, 200]);
  expect(sockets.size).toBe(1);
});

describe('connections to backends', () => {
  it('are kept for requests that may be sent twice', async () => {
    const backend = await own(startBackend('kept'));
    await rig.route('a.com', backend.url);
    for (let i = 0; i < 5; i += 1) await rig.answerer('a.com');
    expect(backend.connections()).toBe(1);
  });

  it('are new for requests that may not', async () => {
    const backend = await own(startBackend('fresh'));
    await rig.route('a.com', backend.url);
    for (let i = 0; i < 3; i += 1) {
      await request(rig.front.port, 'a.com', '/', { method: 'POST', body: 'x' });
    }
    expect(backend.connections()).toBe(3);
  });
});

describe('a WebSocket', () => {
  it('is tunnelled with all headers, and may be silent for long', async () => {
    await rig.route('a.com', rig.url(1));
    const { socket, received } = await upgrade('a.com');
    await waitFor('the handshake', () => {
      expect(received()).toMatch(/^HTTP\/1\.1 101 /);
      expect(received()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      expect(received()).toContain('"x-forwarded-for":"127.0.0.1"');
      expect(received()).toContain('"host":"a.com"');
    });
    await past(1_500); // longer than FRONT_READ_TIMEOUT
    socket.write('echo this');
    await waitFor('the echo', () => expect(received()).toMatch(/echo this$/));
  });

  it('reaches another backend if one refuses, which is marked', async () => {
    await rig.route('a.com', await refusedUrl(), rig.url(1));
    for (let i = 0; i < 6; i += 1) {
      const { received } = await upgrade('a.com');
      await waitFor('the handshake', () => expect(received()).toMatch(/^HTTP\/1\.1 101 /));
    }
    await waitFor('the mark', async () => expect(await rig.dead('a.com')).toEqual(['0']));
  });

  it('to an unknown host is not found', async () => {
    const { received } = await upgrade('nobody.test');
    await waitFor('the answer', () => expect(received()).toMatch(/^HTTP\/1\.1 404 /));
  });
});

it('the access log is JSON with vhost, backend and times', async () => {
  await rig.route('*.com', rig.url(1));
  const path = '/logged?x="\\';
  await rawRequest(
    rig.front.port,
    `GET ${path} HTTP/1.1\r\nHost: a.com\r\nUser-Agent: "\u00ff\r\nConnection: close\r\n\r\n`,
  );
  const line = await waitFor('the line', async () => {
    const lines = (await rig.front.log()).split('\n');
    const found = lines.find((candidate) => candidate.includes('/logged'));
    if (found === undefined) throw new Error('not yet');
    return found;
  });
  expect(JSON.parse(line)).toMatchObject({
    method: 'GET',
    host: 'a.com',
    uri: path,
    status: 200,
    outcome: 'routed',
    vhost: '*.com',
    backend: rig.url(1).replace('http://', ''),
    backend_status: '200',
    seconds: expect.any(Number),
    bytes: expect.any(Number),
  });
});

function target() {
  return { host: '127.0.0.1', port: rig.front.port, agent: false as const };
}

/** A client's side of a WebSocket: the handshake is sent, what comes back is collected. */
async function upgrade(
  host: string,
): Promise<{ readonly socket: Socket; readonly received: () => string }> {
  const socket = connect(rig.front.port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  socket.write(
    `GET /chat HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  return { socket, received: () => text };
}

/** Lets a time-out pass that must not strike; nothing can be waited for instead. */
function past(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
