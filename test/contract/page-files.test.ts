import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { pageRoutes } from '../../src/http/page-files.ts';
import { serveHttp } from '../../src/http/server.ts';

/** Of the sources only what needs no compiler is served from here. */
const FOLDER = fileURLToPath(new URL('../../src/http/page/', import.meta.url));

async function open() {
  const routes = pageRoutes(FOLDER);
  const log = pino({ level: 'silent' });
  const server = await serveHttp({ host: '127.0.0.1', port: 0, names: [], routes, log });
  onTestFinished(() => server.close());
  return {
    routes,
    get: (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${server.port}${path}`, init),
  };
}

test('the page stands at /, its files under /page/, each as what it is', async () => {
  const { routes, get } = await open();
  const page = await get('/');
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  expect(await page.text()).toContain('<h1>autodock</h1>');
  expect((await get('/page/base.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect((await get('/page/icon.svg')).headers.get('content-type')).toBe('image/svg+xml');
  for (const path of [
    '/index.html',
    '/page/index.html',
    '/page/',
    '/page/tsconfig.json',
    '/page/../server.ts',
  ]) {
    expect((await get(path)).status, path).toBe(404);
  }
  expect(Object.keys(routes).filter((path) => path.endsWith('.ts'))).toEqual([]);
});

test('a file that did not change is not sent again', async () => {
  const { get } = await open();
  const first = await get('/page/base.css');
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  expect(first.headers.get('cache-control')).toBe('no-cache');

  const again = await get('/page/base.css', { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect(again.headers.get('etag')).toBe(etag);
  const other = await get('/page/base.css', { headers: { 'if-none-match': '"another"' } });
  expect([other.status, await other.text()]).toEqual([200, await first.text()]);
});

test('HEAD tells the length and sends nothing', async () => {
  const { get } = await open();
  const whole = (await (await get('/')).arrayBuffer()).byteLength;
  const head = await get('/', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(Number(head.headers.get('content-length'))).toBe(whole);
  expect((await get('/', { method: 'POST' })).status).toBe(405);
});

test('S3: every file comes with a policy that allows its own server alone, and nothing inline', async () => {
  const { routes, get } = await open();
  for (const path of Object.keys(routes)) {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('a folder that is not there is a fault that is told', () => {
  expect(() => pageRoutes(`${FOLDER}nowhere`)).toThrow(/nowhere/);
});
