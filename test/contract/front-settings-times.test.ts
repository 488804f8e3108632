import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSilentBackend } from '../parts/backend.ts';
import { type Front, request } from '../parts/front.ts';
import { HOST, statusOf, useOwnFronts } from '../parts/own-fronts.ts';
import { past, waitFor, waitUntil } from '../parts/wait-for.ts';

const { backend, frontOf } = useOwnFronts();

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

  test('FRONT_HEADER_TIMEOUT: a client that does not end its request is let go', async () => {
    const front = await frontOf({ FRONT_HEADER_TIMEOUT: '300ms' }, backend.url);
    expect(await untilClosed(front, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n`)).not.toContain('200 OK');
  });

  const UPLOAD = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhello`;

  test('FRONT_CLIENT_TIMEOUT: a client that sends no more of its body is let go', async () => {
    const front = await frontOf({ FRONT_CLIENT_TIMEOUT: '300ms' }, backend.url);
    expect(await untilClosed(front, UPLOAD)).not.toContain('200 OK');
  });

  test('a client may stall in the middle of its body for longer than a backend may be silent', async () => {
    const front = await frontOf({ FRONT_READ_TIMEOUT: '2s' }, backend.url);
    const socket = connect(front.port, '127.0.0.1', () => socket.write(UPLOAD));
    onTestFinished(() => void socket.destroy());
    await past(3_000);
    socket.write('world');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"body":"helloworld"/);
  });

  test('FRONT_KEEPALIVE: a client that asks no more is let go', async () => {
    const front = await frontOf({ FRONT_KEEPALIVE: '300ms' }, backend.url);
    const answer = await untilClosed(front, `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    expect(answer).toContain('200 OK');
  });

  test('FRONT_BACKEND_KEEPALIVE: an unused connection to a backend is given up', async () => {
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

  test('FRONT_SHUTDOWN_TIMEOUT: a front that is stopped does not wait longer for what it began', async () => {
    const silent = await startSilentBackend();
    onTestFinished(() => silent.close());
    const front = await frontOf({ FRONT_SHUTDOWN_TIMEOUT: '300ms' }, silent.url);
    const begun = request(front.port, HOST).catch((error: unknown) => error);
    await waitUntil('the request', () => silent.connections() > 0);

    process.kill(front.pid, 'SIGQUIT');

    expect(await begun).toBeInstanceOf(Error);
  });
});
