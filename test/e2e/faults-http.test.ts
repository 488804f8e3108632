import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { timed } from '../parts/budget.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { statusOf } from '../parts/looks.ts';
import { openHandles } from '../parts/process-cost.ts';
import { waitFor } from '../parts/wait-for.ts';

/** One request with headers that `fetch` would not send; its status, 0 if the connection was closed. */
function statusWith(
  baseUrl: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      `${baseUrl}/api/v1/reconcile`,
      { method, headers, agent: false },
      (reply) => {
        reply.resume();
        resolve(reply.statusCode ?? 0);
      },
    );
    sent.on('error', () => resolve(0));
    sent.end();
  });
}

test('S3: the HTTP port is on loopback alone unless told otherwise', async () => {
  const { controller } = await openFakeSystem();
  const { port } = new URL(controller.baseUrl);
  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');

  const refused = await fetch(`http://${outside?.address}:${port}/healthz`).then(
    () => 'answered',
    () => 'refused',
  );

  expect(outside).toBeDefined();
  expect(refused).toBe('refused');
});

test('S3: a header of 1 MB, a body of 10 MB and a post from another origin are turned away, and passes go on', async () => {
  const { controller, routed } = await openFakeSystem();
  const { baseUrl } = controller;

  expect([431, 0]).toContain(
    await statusWith(baseUrl, 'POST', { 'x-large': 'x'.repeat(1_000_000) }),
  );
  for (const origin of ['https://evil.example', 'null']) {
    expect(await statusWith(baseUrl, 'POST', { origin })).toBe(403);
  }
  const body = 'x'.repeat(10_000_000);
  const large = await fetch(`${baseUrl}/api/v1/reconcile`, { method: 'POST', body }).then(
    ({ status }) => status,
    () => 0,
  );
  expect([202, 413, 0]).toContain(large);

  await routed('after.test');
  expect((await controller.probe('/readyz')).status).toBe(200);
});

test('S3: clients that send their request slowly, three hundred at once, are cut off and keep nobody out', async () => {
  const { controller, routed } = await openFakeSystem();
  const { port } = new URL(controller.baseUrl);
  const before = openHandles(controller.pid);

  const slow = Array.from({ length: 300 }, () => connect(Number(port), '127.0.0.1'));
  const closed = slow.map((socket) => {
    socket.on('error', () => undefined);
    socket.resume().write('GET /healthz HTTP/1.1\r\n');
    return new Promise((resolve) => socket.on('close', resolve));
  });
  await routed('meanwhile.test');
  await timed('S3', 'all slow clients cut off', 12_000, () => Promise.all(closed));

  await waitFor('an answer', async () => {
    expect((await controller.probe('/healthz')).status).toBe(200);
  });
  expect((await statusOf(controller)).ready.ok).toBe(true);
  await waitFor('their sockets to be closed', () => {
    expect(openHandles(controller.pid)).toBeLessThanOrEqual(before + 3);
  });
});
