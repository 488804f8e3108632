import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBytes, anyText, runs } from '../parts/arbitraries.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';

const PATHS = ['/', '/healthz', '/readyz', '/metrics', '/api/v1/status', '/api/v1/reconcile'];

/** Sends bytes in pieces, closes its half, and gives all that comes back until the server closes. */
async function send(port: number, pieces: readonly Buffer[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined); // reset while we still write: an answer like any other
  for (const piece of pieces) socket.write(piece);
  socket.end();
  // Not `once`, which rejects at an error.
  await new Promise((resolve) => socket.on('close', resolve));
  return answer;
}

const path = fc.oneof(
  fc.constantFrom(...PATHS),
  anyText.map((text) => `/${text}`),
  fc.webPath(),
);
const header = fc.tuple(
  fc.oneof(
    fc.constantFrom('Host', 'Origin', 'Accept', 'Content-Length', 'Transfer-Encoding', 'Expect'),
    fc.string({ minLength: 1 }),
  ),
  fc.oneof(fc.constantFrom('chunked', '5', '-1', '100-continue', 'null', 'h'), anyText),
);
const request = fc
  .record({
    method: fc.oneof(fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS', 'CONNECT', 'PRI'), anyText),
    path,
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', ''),
    headers: fc.array(header, { maxLength: 6 }),
    body: anyBytes,
  })
  .map(({ method, path: target, version, headers, body }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}`);
    const head = [`${method} ${target} ${version}`, 'Host: h', ...lines, '', ''].join('\r\n');
    return Buffer.concat([Buffer.from(head), body]);
  });
const pieces = fc.array(fc.oneof(request, anyBytes), { minLength: 1, maxLength: 4 });

test('whatever is sent to the HTTP port, each connection ends, nothing fails inside, and none is left', async () => {
  const { controller } = await openFakeSystem();
  const port = Number(new URL(controller.baseUrl).port);
  const files = () => readdirSync(`/proc/${controller.pid}/fd`).length;
  expect((await controller.probe('/healthz')).status).toBe(200);
  const before = files();

  await fc.assert(
    fc.asyncProperty(pieces, async (sent) => {
      const statuses = [...(await send(port, sent)).matchAll(/^HTTP\/1\.1 (\d{3})/gm)];
      for (const [, status] of statuses) expect(status).not.toBe('500');
    }),
    runs(500),
  );

  expect((await controller.probe('/healthz')).status).toBe(200);
  expect(controller.logs.filter(({ msg }) => msg === 'HTTP request failed')).toEqual([]);
  await waitFor('no connection to be left', () => expect(files()).toBeLessThanOrEqual(before));
});
