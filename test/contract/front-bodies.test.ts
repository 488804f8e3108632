import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttp, startStreamingBackend } from '../parts/backend.ts';
import { rawRequest, request, startFront } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { past, waitFor, waitUntil } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

const MEGABYTE = 1024 * 1024;

describe('bodies', () => {
  test('may be sent in chunks', async () => {
    await rig.route('a.com', rig.url(1));
    const answer = await request(rig.front.port, 'a.com', '/', {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'hello',
    });
    expect(seen(answer.body)).toMatchObject({ method: 'POST', body: 'hello' });
  });

  test('are not sent for HEAD', async () => {
    await rig.route('a.com', rig.url(1));
    const { status, body } = await request(rig.front.port, 'a.com', '/', { method: 'HEAD' });
    expect([status, body]).toEqual([200, '']);
  });

  test.each(['PUT', 'POST', 'GET'])('of 30 MB are streamed by %s', async (method) => {
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

  test('of answers may be large', async () => {
    const body = randomBytes(8 * MEGABYTE).toString('hex');
    const sender = await own(startHttp((_asked, reply) => reply.end(body)));
    await rig.route('a.com', sender.url);
    expect((await request(rig.front.port, 'a.com')).body === body).toBe(true);
  });

  test('of answers stream: the first event comes before the last is there', async () => {
    const streaming = await own(startStreamingBackend());
    await rig.route('a.com', streaming.url);
    const env = { FRONT_READ_TIMEOUT: '2s', FRONT_WORKERS: '1' };
    const { port, stop } = await startFront({ redisSocket: rig.redis.socket, env });
    onTestFinished(stop);
    const target = { host: '127.0.0.1', port, agent: false } as const;
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ ...target, headers: { host: 'a.com', accept: 'text/event-stream' } }, resolve)
        .on('error', reject)
        .end();
    });
    let received = '';
    reply.setEncoding('utf8').on('data', (part: string) => {
      received += part;
    });
    await waitFor('the first event', () => expect(received).toBe('data: first\n\n'));
    await past(3_000); // longer than FRONT_READ_TIMEOUT: events may be rare
    streaming.finish();
    await waitFor('the second event', () => expect(received).toContain('data: second\n\n'));
  });

  test('to an unknown host are thrown away, and never read as the next request', async () => {
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
