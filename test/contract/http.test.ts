import { request } from 'node:http';
import { connect } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ObserveError } from '../../src/errors.ts';
import { apiRoutes } from '../../src/http/api.ts';
import { type HttpServer, serveHttp } from '../../src/http/server.ts';
import { createStatus } from '../../src/report/status.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const log = pino({ level: 'silent' });

describe('the HTTP server', () => {
  let server: HttpServer;
  let reconciled = 0;
  let asked = 0;

  beforeAll(async () => {
    const status = createStatus({ now: () => 0, wallClock: () => 0, patienceMs: 90_000 });
    const metrics = createMetrics('9.9.9');
    const nothing = { current: () => Promise.resolve(null), revision: () => 0 };
    const routes = apiRoutes({
      status,
      registry: metrics.registry,
      version: '9.9.9',
      marks: nothing,
      failures: nothing,
      names: nothing,
      view: () => ({ name: '<script>\u202e\u009b' }) as never,
      plan: () => {
        asked += 1;
        return Promise.reject(
          asked > 1
            ? new Error('a fault of ours')
            : new ObserveError('redis-unreachable', 'Redis: no'),
        );
      },
      reconcile: () => {
        reconciled += 1;
      },
    });
    server = await serveHttp({
      host: '127.0.0.1',
      port: 0,
      names: ['autodock.example'],
      routes,
      log,
    });
  });
  afterAll(() => server.close());

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, init);

  test('is alive before it is ready', async () => {
    expect((await call('/healthz')).status).toBe(200);
    const ready = await call('/readyz');
    expect([ready.status, await ready.text()]).toEqual([503, 'the first pass is not done yet\n']);
  });

  test('answers errors as problem details', async () => {
    for (const [path, status] of [
      ['/nothing', 404],
      ['/api/v1/routes', 503],
      ['/api/v1/plan', 503],
      ['/api/v1/plan', 500],
    ] as const) {
      const reply = await call(path);
      expect(reply.status).toBe(status);
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
      expect(await reply.json()).toMatchObject({ status, type: 'about:blank' });
    }
  });

  test.each(['/__proto__', '/constructor', '/api/v1/../../etc/passwd', '//', '/%00'])(
    'has nothing at %s',
    async (path) => {
      expect((await call(path)).status).toBe(404);
    },
  );

  test('answers 405 with what is allowed', async () => {
    const reply = await call('/api/v1/status', { method: 'DELETE' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await call('/api/v1/reconcile')).status).toBe(405);
  });

  test('S3: takes a request to reconcile from tools and from its own page, not from other sites', async () => {
    expect((await call('/api/v1/reconcile', { method: 'POST' })).status).toBe(202);
    const own = { origin: `http://127.0.0.1:${server.port}` };
    expect((await call('/api/v1/reconcile', { method: 'POST', headers: own })).status).toBe(202);
    for (const origin of ['https://evil.example', 'null', 'rubbish']) {
      const reply = await call('/api/v1/reconcile', { method: 'POST', headers: { origin } });
      expect(reply.status).toBe(403);
    }
    expect(reconciled).toBe(2);
  });

  test.each([
    '127.0.0.1:1338',
    'localhost',
    'x.localhost:1',
    'autodock:1338',
    '[::1]:1338',
    'Autodock.Example',
  ])('S3: answers to the name %s', async (host) => {
    expect(await statusFor(host)).toBe(200);
  });

  test.each(['evil.example', '127.0.0.1.evil.example', '[evil]', 'a b', 'localhost@evil.example'])(
    'S3: a page of a stranger that makes its name %s point here is told nothing',
    async (host) => {
      expect(await statusFor(host)).toBe(421);
    },
  );

  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = server;
      request({ port, path: '/api/v1/status', headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('writes names so that they are safe in a terminal and on a page', async () => {
    const reply = await call('/api/v1/status');
    expect(await reply.text()).toBe('{"name":"<script>\\u202e\\u009b"}\n');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('serves Prometheus text, and OpenMetrics to whoever asks for it', async () => {
    const openMetrics = 'application/openmetrics-text;version=1.0.0';
    const [plain, open] = await Promise.all([
      call('/metrics'),
      call('/metrics', { headers: { accept: openMetrics } }),
    ]);
    expect(plain.headers.get('content-type')).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
    expect(await plain.text()).not.toContain('# EOF');
    expect(open.headers.get('content-type')).toBe(Registry.OPENMETRICS_CONTENT_TYPE);
    expect(await open.text()).toContain('# EOF');
  });

  test('calls its counters the same after an answer in OpenMetrics', async () => {
    const headers = { accept: 'application/openmetrics-text;version=1.0.0' };
    for (let time = 0; time < 2; time += 1) {
      expect(await (await call('/metrics', { headers })).text()).toContain(
        '# TYPE autodock_reconcile counter\n',
      );
      expect(await (await call('/metrics')).text()).toContain(
        '# TYPE autodock_reconcile_total counter\n',
      );
    }
  });

  test('answers HEAD without a body', async () => {
    const reply = await call('/healthz', { method: 'HEAD' });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
  });

  test('S3: refuses headers beyond 16 kB and what is not HTTP, and lives on', async () => {
    const tooLarge = await new Promise<number>((resolve, reject) => {
      const headers = { 'x-large': 'x'.repeat(20_000) };
      const { port } = server;
      request({ host: '127.0.0.1', port, headers }, (reply) => resolve(reply.statusCode ?? 0))
        .on('error', reject)
        .end();
    });
    expect(tooLarge).toBe(431);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.end('\x16\x03rubbish\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('close', () => resolve(text));
    });
    expect(answer).toContain('400 Bad Request');
    expect((await call('/healthz')).status).toBe(200);
  });
});
