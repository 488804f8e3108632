import { describe, expect, test } from 'vitest';
import { rawRequest, request } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';

const rig = useFront({ backends: 5, env: { FRONT_WORKERS: '1' } });

/** Frontends by vhost, as numbers of backends; then the host asked for, and who answers. */
type Case = readonly [
  title: string,
  frontends: Readonly<Record<string, readonly number[]>>,
  host: string,
  answer: string | number,
];

const ONE = { 'a.com': [1] };
const NESTED = {
  'ex.com': [4],
  'a.ex.com': [1],
  '*.ex.com': [2],
  '*.b.ex.com': [3],
  '*': [5],
};
const DEEP = { '*.b.c.d.e.f.g': [1], '*.c.d.e.f.g': [2] };

const CASES: readonly Case[] = [
  ['an exact vhost answers', ONE, 'a.com', 'B1'],
  ['a port in Host is ignored', ONE, 'a.com:8080', 'B1'],
  ['case in Host is ignored', ONE, 'A.Com', 'B1'],
  ['case is ignored with a port too', ONE, 'A.COM:80', 'B1'],
  ['a trailing dot is ignored', ONE, 'a.com.', 'B1'],
  ['a trailing dot before a port is ignored', ONE, 'a.com.:80', 'B1'],
  ['an unknown host is not found', ONE, 'b.com', 404],
  ['a key with a port is never asked for', { 'a.com:8080': [1] }, 'a.com:8080', 404],
  ['a key in upper case is never asked for', { 'A.com': [1] }, 'A.com', 404],
  ['a wildcard answers for one label', { '*.ex.com': [1] }, 'a.ex.com', 'B1'],
  ['a wildcard answers for several labels', { '*.ex.com': [1] }, 'c.b.a.ex.com', 'B1'],
  ['a wildcard does not answer for its own domain', { '*.ex.com': [1] }, 'ex.com', 404],
  ['a wildcard on one label answers', { '*.com': [1] }, 'a.com', 'B1'],
  ['exact beats wildcards', NESTED, 'a.ex.com', 'B1'],
  ['the wildcard beats the catch-all', NESTED, 'x.ex.com', 'B2'],
  ['the longer wildcard beats the shorter', NESTED, 'x.b.ex.com', 'B3'],
  ['a wildcard of its own does not hide a host', NESTED, 'b.ex.com', 'B2'],
  ['the exact domain is not its wildcard', NESTED, 'ex.com', 'B4'],
  ['the catch-all answers for all others', NESTED, 'zzz', 'B5'],
  ['the catch-all answers for an address', { '*': [1] }, '1.2.3.4', 'B1'],
  ['the catch-all answers for an IPv6 address', { '*': [1] }, '[::1]:8080', 'B1'],
  ['wildcards of six labels are never asked for', DEEP, 'a.b.c.d.e.f.g', 'B2'],
  ['an exact vhost may be deeper than that', { 'a.b.c.d.e.f.g.h': [1] }, 'a.b.c.d.e.f.g.h', 'B1'],
  ['underscores are allowed', { '_x.my_app.com': [1] }, '_x.my_app.com', 'B1'],
  ['an identifier alone is held', { 'a.com': [] }, 'a.com', 503],
  ['held hides wildcards', { 'a.ex.com': [], '*.ex.com': [1], '*': [2] }, 'a.ex.com', 503],
  ['a held wildcard hides the catch-all', { '*.ex.com': [], '*': [2] }, 'a.ex.com', 503],
  ['a held wildcard leaves exact vhosts alone', { 'a.com': [1], '*.com': [] }, 'a.com', 'B1'],
  ['the health check is a host', {}, '__ping__', 200],
  ['the health check wins over the catch-all', { '*': [1] }, '__ping__', 200],
];

test.each(CASES)('%s', async (_title, frontends, host, answer) => {
  for (const [vhost, numbers] of Object.entries(frontends)) {
    await rig.route(vhost, ...numbers.map(rig.url));
  }
  expect(await rig.answerer(host)).toBe(answer);
});

describe('a host that no key should hold is a bad request', () => {
  const RAW = 'a.com\u00ff';
  const LONG = `${'a'.repeat(254)}`;
  test.each(['*.ex.com', '*', 'a b', 'a;b', 'a%20b', '-a.com', 'a..b', '.a', RAW, LONG, 'a.com:x'])(
    '%j',
    async (host) => {
      await rig.route('*', rig.url(1));
      await rig.route('*.ex.com', rig.url(1));
      const answer = await rawRequest(
        rig.front.port,
        `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  test.each([
    ['no Host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
    ['no Host in HTTP/1.1', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a.com\r\nHost: b.com\r\nConnection: close\r\n\r\n'],
  ])('%s', async (_title, bytes) => {
    await rig.route('*', rig.url(1));
    expect(await rawRequest(rig.front.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

test('an absolute request line beats the Host header, towards the backend too', async () => {
  await rig.route('a.com', rig.url(1));
  const answer = await rawRequest(
    rig.front.port,
    'GET http://a.com/x HTTP/1.1\r\nHost: b.com\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toContain('"backend":"B1"');
  expect(answer).toContain('"host":"a.com"');
});

test.each([
  ['http://a.com:8080/x', 'a.com:8080', '8080'],
  ['http://A.com:8080/x', 'A.com:8080', '8080'],
  ['http://a.com?x', 'a.com', '80'],
])(
  'an absolute request line keeps its port, or none, whatever the header says: %s',
  async (target, host, port) => {
    await rig.route('a.com', rig.url(1));
    await rig.answerer('a.com'); // the route is known from here on
    for (const header of ['b.com', 'a.com', 'a.com:9', 'a.com']) {
      const answer = await rawRequest(
        rig.front.port,
        `GET ${target} HTTP/1.1\r\nHost: ${header}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer, header).toContain(`"host":"${host}"`);
      expect(answer, header).toContain(`"x-forwarded-host":"${host}"`);
      expect(answer, header).toContain(`"x-forwarded-port":"${port}"`);
    }
  },
);

test('a key of the wrong type is an error page for that host alone', async () => {
  await rig.redis.client.set('frontend:a.com', 'text');
  await rig.route('*', rig.url(1));
  expect(await rig.answerer('a.com')).toBe(502);
  expect(await rig.answerer('b.com')).toBe('B1');
});

test('a key of the wrong type behind the one that answers does no harm', async () => {
  await rig.redis.client.set('frontend:*', 'text');
  await rig.route('a.com', rig.url(1));
  expect(await rig.answerer('a.com')).toBe('B1');
  expect(await rig.answerer('b.com')).toBe(502);
});

test('dead marks of the wrong type do not count', async () => {
  await rig.redis.client.set('dead:a.com', 'text');
  await rig.route('a.com', rig.url(1));
  expect(await rig.answerer('a.com')).toBe('B1');
});

test('a route back to the front itself ends at once', async () => {
  await rig.route('a.com', `http://127.0.0.1:${rig.front.port}`);
  await rig.route('b.com', rig.url(1));
  expect(await rig.answerer('a.com')).toBe(508);
  expect(await rig.answerer('b.com')).toBe('B1');
});

test('a held vhost says when to come back', async () => {
  await rig.route('a.com');
  const { status, headers, body } = await request(rig.front.port, 'a.com');
  expect(status).toBe(503);
  expect(headers['retry-after']).toBe('5');
  expect(body).toContain('starting');
});

test('the page of an unknown host is HTML that nobody keeps', async () => {
  const { headers, body } = await request(rig.front.port, 'nobody.test');
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers.server).toBe('nginx');
  expect(body).toContain('No application answers');
});

test('the health check answers on any path, and under any host on its own', async () => {
  for (const [host, path] of [
    ['__ping__', '/any'],
    ['nobody.test', '/__ping__'],
  ] as const) {
    const { status, body } = await request(rig.front.port, host, path);
    expect([status, body]).toEqual([200, 'ok\n']);
  }
});

test('a list of a thousand backends is read whole', async () => {
  const fillers = Array.from({ length: 999 }, (_, i) => `http://127.0.0.1:${i + 1}`);
  await rig.route('a.com', ...fillers, rig.url(1));
  await rig.redis.client.sadd('dead:a.com', ...fillers.keys());
  expect(await rig.answerer('a.com')).toBe('B1');
});

test.each([
  ['a path is ignored', (url: string) => `${url}/some/path`, 'B1'],
  ['a trailing slash is ignored', (url: string) => `${url}/`, 'B1'],
  ['no scheme is not a backend', (url: string) => url.replace('http://', ''), 502],
  ['junk is not a backend', () => 'junk', 502],
  ['an empty entry is not a backend', () => '', 502],
  ['a port beyond the last is not a backend', () => 'http://127.0.0.1:65536', 502],
])('in a backend URL, %s', async (_title, spell, answer) => {
  await rig.route('a.com', spell(rig.url(1)));
  expect(await rig.answerer('a.com')).toBe(answer);
});
