import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiRoutes } from '../../src/http/api.ts';
import { type HttpServer, serveHttp } from '../../src/http/server.ts';
import { createStatus } from '../../src/status.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { waitFor } from '../parts/wait-for.ts';
import { anyBytes, anyText, runs } from './arbitraries.ts';

const PATHS = ['/', '/healthz', '/readyz', '/metrics', '/api/v1/status', '/api/v1/reconcile'];

let server: HttpServer;
let failures = 0;

beforeAll(async () => {
  const log = pino({ level: 'silent' });
  log.error = () => {
    failures += 1;
  };
  server = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    log,
    routes: apiRoutes({
      status: createStatus({ now: () => 0, wallClock: () => 0, resyncMs: 30_000 }),
      registry: createMetrics('0').registry,
      view: () => ({}) as never,
      plan: () => Promise.reject(new Error('not asked for')),
      reconcile: () => undefined,
    }),
  });
});
afterAll(() => server.close());

/** Sends bytes in pieces, closes its half, and gives all that comes back until the server closes. */
async function send(pieces: readonly Buffer[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined); // reset while we still write: an answer like any other
  for (const piece of pieces) socket.write(piece);
  socket.end();
  await once(socket, 'close');
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
  await fc.assert(
    fc.asyncProperty(pieces, async (sent) => {
      const statuses = [...(await send(sent)).matchAll(/^HTTP\/1\.1 (\d{3})/gm)];
      for (const [, status] of statuses) expect(status).not.toBe('500');
    }),
    runs(500),
  );
  expect(failures).toBe(0);
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  await waitFor('all connections but the one that is kept alive to be gone', () => {
    const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap');
    expect(sockets.length).toBeLessThan(4);
  });
});
