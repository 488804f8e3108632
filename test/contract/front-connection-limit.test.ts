import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Front, refusedStart, request } from '../parts/front.ts';
import { HOST, statusOf, useOwnFronts } from '../parts/own-fronts.ts';
import { waitFor } from '../parts/wait-for.ts';

const { backend, frontOf } = useOwnFronts();

const LIMIT = 100;
/** Two of these are for a request that waits. */
const SETTINGS = { FRONT_CONNECTIONS: String(LIMIT - 2), FRONT_HOLD_REQUESTS: '1' };
/** What a worker holds open beside its connections. */
const OWN_FILES = 20;

/** A WebSocket through the front; null if it did not come about. */
async function openWebSocket({ port }: Front): Promise<Socket | null> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const head = await new Promise((resolve) => {
    // A front that has no connection left resets this one, or closes it.
    for (const end of ['data', 'error', 'close']) socket.on(end, resolve);
  });
  return String(head).startsWith('HTTP/1.1 101') ? socket : null;
}

async function openWebSockets(front: Front, count: number): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = await openWebSocket(front);
    if (socket !== null) sockets.push(socket);
  }
  return sockets;
}

const healthOf = ({ statusPort }: Front) => request(statusPort, 'localhost', '/healthz');

async function gauge({ statusPort }: Front, name: string): Promise<number> {
  const { body } = await request(statusPort, 'localhost', '/metrics');
  return Number(new RegExp(`^autodock_front_${name}\\{worker="0"\\} (\\d+)`, 'm').exec(body)?.[1]);
}

test('connections in use and free are told, and /healthz says when few are left', async () => {
  const front = await frontOf(SETTINGS, backend.url);
  expect((await healthOf(front)).body).toBe('ok\n');

  const sockets = await openWebSockets(front, 36);
  expect(sockets).toHaveLength(36);

  await waitFor('what is used', async () => {
    const [used, free] = [
      await gauge(front, 'connections_used'),
      await gauge(front, 'connections_free'),
    ];
    expect(used).toBeGreaterThanOrEqual(72);
    expect(used).toBeLessThan(72 + OWN_FILES);
    expect(used + free).toBe(LIMIT);
  });
  const { status, body } = await healthOf(front);
  expect(status).toBe(200);
  expect(body).toMatch(/^ok\n\d+ of 100 connections are in use \(FRONT_CONNECTIONS\)\n$/);
});

test('without any left /healthz fails, as clients do, until some are', async () => {
  const front = await frontOf(SETTINGS, backend.url);

  const sockets = await openWebSockets(front, LIMIT / 2);
  expect(sockets.length).toBeLessThan(LIMIT / 2);
  await waitFor('the front to be unhealthy', async () => {
    const { status } = await healthOf(front).catch(() => ({ status: 503 }));
    expect(status).toBe(503);
  });

  for (const socket of sockets) socket.destroy();
  await waitFor('the front to be healthy', async () => {
    expect((await healthOf(front)).body).toBe('ok\n');
  });
  expect(await statusOf(front)).toBe(200);
});

test('more connections than a process may have open files are refused, with what would do', async () => {
  const { code, message } = await refusedStart({
    FRONT_CONNECTIONS: '9000000',
    FRONT_WORKERS: '1',
  });
  expect(code).toBe(64);
  expect(message).toMatch(
    /^front: FRONT_CONNECTIONS=9000000: expected at most \d+, as a process may open \d+ files here/,
  );
});
