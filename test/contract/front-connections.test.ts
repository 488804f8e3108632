import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startBackend } from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });
const { target } = rig;

test('one connection serves several hosts, errors among them', async () => {
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
  test('are kept for requests that may be sent twice', async () => {
    const backend = await own(startBackend('kept'));
    await rig.route('a.com', backend.url);
    for (let i = 0; i < 5; i += 1) await rig.answerer('a.com');
    expect(backend.connections()).toBe(1);
  });

  test('are new for requests that may not', async () => {
    const backend = await own(startBackend('fresh'));
    await rig.route('a.com', backend.url);
    for (let i = 0; i < 3; i += 1) {
      await request(rig.front.port, 'a.com', '/', { method: 'POST', body: 'x' });
    }
    expect(backend.connections()).toBe(3);
  });
});
