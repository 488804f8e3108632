import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHttp } from '../parts/backend.ts';
import { rawRequest, request } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { workersOf } from '../parts/front-processes.ts';
import { startMachine } from '../parts/machine.ts';
import { waitFor } from '../parts/wait-for.ts';
import { upgrade } from '../parts/websocket.ts';

const LONG = '1h';
/** Of the two seconds, but for what the system's clock leaves out. */
const SILENT_MS = 1_900;
const IDLE_MS = 2_500;
const rig = useFront({
  backends: 1,
  // No time but that of the silence ends anything.
  env: {
    ...{ FRONT_READ_TIMEOUT: LONG, FRONT_CONNECT_TIMEOUT: '30m', FRONT_BACKEND_KEEPALIVE: LONG },
    ...{ FRONT_IDLE_TIMEOUT: LONG, FRONT_CLIENT_TIMEOUT: LONG, FRONT_WORKERS: '1' },
  },
});

test('what was sent to a machine that fell silent is answered by another, and the machine is tried last', async () => {
  const { url, pull } = await own(startMachine());
  await rig.route('a.com', url, rig.url(1));
  await waitFor('a connection that is kept', async () =>
    expect(await rig.answerer('a.com')).toBe('far'),
  );
  // That nothing came for longer than that says nothing of what is sent only now.
  await sleep(IDLE_MS);

  await pull();
  const pulledAt = performance.now();

  await waitFor('its mark', async () => {
    expect(await rig.answerer('a.com')).toBe('B1');
    expect(await rig.dead('a.com')).toEqual(['0']);
  });
  expect(performance.now() - pulledAt).toBeGreaterThan(SILENT_MS);
  await waitFor('the log', async () =>
    expect(await rig.front.log()).toContain(`${url} has fallen silent`),
  );
  expect(await rig.answers('a.com', 10)).toEqual({ B1: 10 });
});

test('what it had already ends, and an application that takes its time is waited for', async () => {
  const { url, pull, asked } = await own(startMachine());
  const slow = await slowBackend();
  await rig.route('far.com', url);
  await rig.route('near.com', slow.url);
  const socket = upgrade(rig.front.port, 'far.com');
  await waitFor('a WebSocket', () => expect(socket.received()).toMatch(/^HTTP\/1\.1 101 /));
  const ended = once(socket.socket, 'close');
  const lost = request(rig.front.port, 'far.com', '/slow', { method: 'POST', body: 'once' });
  const waiting = request(rig.front.port, 'near.com', '/slow');
  const upload = uploadTo(rig.front.port, 'near.com');
  await waitFor('all to have it', () => {
    expect(asked).toHaveLength(1);
    expect(slow.asked).toHaveLength(2);
  });

  await pull();
  expect(await lost).toMatchObject({ status: 502 });
  await ended;
  for (const answer of slow.asked) answer();

  expect(await waiting).toMatchObject({ status: 200 });
  expect(await upload).toMatch(/^HTTP\/1\.1 200 /);
});

test('a worker that a reload replaced looks on at what it ends', async () => {
  const { url, pull } = await own(startMachine());
  await rig.route('far.com', url);
  const socket = upgrade(rig.front.port, 'far.com');
  await waitFor('a WebSocket', () => expect(socket.received()).toMatch(/^HTTP\/1\.1 101 /));
  const ended = once(socket.socket, 'close');
  const [replaced] = await workersOf(rig.front);
  process.kill(rig.front.pid, 'SIGHUP');
  await waitFor('the next worker to be the only one that answers', async () => {
    expect((await workersOf(rig.front)).length).toBe(2);
    expect((await rig.front.status()).tracking).toBe(true);
  });

  await pull();
  await ended;
  await waitFor('the end of a worker that has nothing left', async () =>
    expect(await workersOf(rig.front)).not.toContain(replaced),
  );
});

/** Reads nothing of a body, and answers when it is told to. */
async function slowBackend() {
  const asked: (() => void)[] = [];
  const { url } = await own(
    startHttp((request_: IncomingMessage, reply) => {
      asked.push(() => {
        request_.resume().on('end', () => reply.end('late'));
      });
    }),
  );
  return { url, asked };
}

const MANY_BYTES = 64 * 1024 * 1024;

/** The answer to a body that is larger than what all that it passes can hold. */
function uploadTo(port: number, host: string): Promise<string> {
  const head = `POST /upload HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${MANY_BYTES}`;
  return rawRequest(port, `${head}\r\n\r\n${'x'.repeat(MANY_BYTES)}`);
}
