import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Backend, startBackend } from '../parts/backend.ts';
import { type Caddy, startCaddy } from '../parts/caddy.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { handshake, openTls, requestHttp2, requestTls } from '../parts/tls-client.ts';
import { waitFor } from '../parts/wait-for.ts';

/** What a client may not say of itself. */
const FORGED = [
  'X-Forwarded-For: 1.1.1.1',
  'X-Forwarded-Host: forged.test',
  'X-Forwarded-Port: 6666',
  'X-Forwarded-Proto: http',
  'X-Forwarded-Protocol: forged',
  'X-Real-IP: 1.1.1.1',
  'X-Request-ID: forged-0123456789',
  '',
].join('\r\n');

let redis: RedisPart;
let backend: Backend;
let front: Front;
let caddy: Caddy;

beforeAll(async () => {
  redis = await startRedis();
  backend = await startBackend('B1');
  front = await startFront({
    redisSocket: redis.socket,
    env: { FRONT_TRUSTED: '127.0.0.1', FRONT_HTTPS_REDIRECT: 'on' },
  });
  caddy = await startCaddy(front);
});
afterAll(async () => {
  await caddy.stop();
  await front.stop();
  await backend.close();
  await redis.stop();
});
beforeEach(() => redis.client.flushall());

async function route(vhost: string, ...urls: readonly string[]): Promise<void> {
  await redis.client.rpush(`frontend:${vhost}`, vhost, ...urls);
}

describe('whether a certificate may be asked for', () => {
  const ask = async (domain: string) =>
    (await request(front.statusPort, 'localhost', `/ask?domain=${domain}`)).status;

  test('depends on a route of the host’s own, exact or wildcard, held or not', async () => {
    await route('a.test', backend.url);
    await route('*.wild.test', backend.url);
    await route('held.test');
    expect(await Promise.all(['a.test', 'A.test', 'x.wild.test', 'held.test'].map(ask))).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await Promise.all(['b.test', 'wild.test'].map(ask))).toEqual([404, 404]);
  });

  test('goes on for a name whose route is not there yet after a boot, for a month', async () => {
    await route('boot.test', backend.url);
    await route('*', backend.url);
    expect(await ask('boot.test')).toBe(200);
    await redis.client.del('frontend:boot.test');
    expect(await Promise.all([ask('boot.test'), ask('other.test')])).toEqual([200, 404]);
    const monthAgo = Math.floor(Date.now() / 1_000) - 31 * 86_400;
    await redis.client.zadd('autodock:granted', monthAgo, 'boot.test');
    expect(await ask('boot.test')).toBe(404);
  });

  test('goes on below a wildcard, too, whose names push out no others', async () => {
    await route('*.below.test', backend.url);
    expect(await ask('x.below.test')).toBe(200);
    expect(await redis.client.zcard('autodock:granted')).toBe(0);
    await redis.client.del('frontend:*.below.test');
    expect(await ask('x.below.test')).toBe(200);
    expect(await ask('y.below.test')).toBe(404);
  });

  test('cannot be known while Redis is away, also where the catch-all goes on', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    await own.client.rpush('frontend:*', '*', backend.url);
    const alone = await startFront({ redisSocket: own.socket });
    onTestFinished(() => alone.stop());
    const askAlone = async () =>
      (await request(alone.statusPort, 'localhost', '/ask?domain=gone.test')).status;
    await waitFor('all lists to be known', async () =>
      expect(await alone.status()).toMatchObject({ hosts_known: true }),
    );
    expect(await askAlone()).toBe(404);
    own.kill('SIGKILL');
    await waitFor('the loss', async () =>
      expect(await alone.status()).toMatchObject({ redis: { reachable: false } }),
    );
    expect(await askAlone()).toBe(503);
  });

  test('never depends on the catch-all', async () => {
    await route('*', backend.url);
    expect(await ask('a.test')).toBe(404);
  });

  test('is refused for what is not a name, and for no name', async () => {
    await route('*', backend.url);
    expect(await Promise.all(['', '*', 'a;b', '..', `${'a'.repeat(300)}`].map(ask))).toEqual([
      400, 400, 400, 400, 400,
    ]);
    expect((await request(front.statusPort, 'localhost', '/ask')).status).toBe(400);
  });

  test('is not told to strangers', async () => {
    await route('a.test', backend.url);
    const { status } = await request(front.port, 'b.test', '/ask?domain=a.test', {
      headers: { 'x-forwarded-proto': 'https' },
    });
    expect(status).toBe(404);
  });
});

describe('Caddy before the front', () => {
  test('makes a certificate at the first handshake for a host with a route', async () => {
    await route('a.test', backend.url);
    await route('*.wild.test', backend.url);
    expect((await handshake(caddy.port, 'a.test')).error).toBeNull();
    const { error, application } = await handshake(caddy.port, 'x.wild.test');
    expect([error, application]).toEqual([null, 'h2']);
  });

  test('refuses a handshake for any other, also under a catch-all', async () => {
    await route('*', backend.url);
    expect((await handshake(caddy.port, 'nobody.test')).error).toMatch(/ALERT/);
    await route('nobody.test', backend.url);
    await waitFor('the certificate of the new route', async () => {
      expect((await handshake(caddy.port, 'nobody.test')).error).toBeNull();
    });
  });

  test('passes on who asked and how, whatever the client says of it', async () => {
    await route('h.test', backend.url);
    const answer = await requestTls(caddy.port, 'h.test', FORGED);
    expect(answer).toContain('"host":"h.test"');
    expect(answer).toContain('"x-forwarded-proto":"https"');
    expect(answer).toContain('"x-forwarded-port":"443"');
    expect(answer).toMatch(/"x-forwarded-for":"127\.0\.0\.1(, 127\.0\.0\.1)?"/);
    expect(answer).toContain('"x-real-ip":"127.0.0.1"');
    expect(answer).toMatch(/"x-request-id":"[\w-]{16,64}"/);
    expect(answer).not.toMatch(/1\.1\.1\.1|6666|forged/);
  });

  // Caddy 2.6.2 and 2.11.4 ask for gzip where a client asks for nothing, unpack it, and leave its length out.
  test('asks for no packing in the name of a client that asked for none', async () => {
    await route('plain.test', backend.url);
    const answer = await requestTls(caddy.port, 'plain.test');
    expect(answer).toContain('"host":"plain.test"');
    expect(answer).not.toContain('accept-encoding');
    const asked = await requestTls(caddy.port, 'plain.test', 'Accept-Encoding: br\r\n');
    expect(asked).toContain('"accept-encoding":"br"');
  });

  test('serves HTTP/2', async () => {
    await route('two.test', backend.url);
    const { status, body } = await requestHttp2(caddy.port, 'two.test', '/two');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ url: '/two', headers: { host: 'two.test' } });
  });

  test('tunnels a WebSocket through both', async () => {
    await route('ws.test', backend.url);
    const socket = openTls(caddy.port, 'ws.test');
    let received = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      received += part;
    });
    socket.write(
      'GET /chat HTTP/1.1\r\nHost: ws.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await waitFor('the handshake', () => expect(received).toContain('}\n'));
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
    expect(received).toContain('"x-forwarded-proto":"https"');
    socket.write('echo this');
    await waitFor('the echo', () => expect(received).toMatch(/echo this$/));
    socket.destroy();
  });

  test('is where the front sends clients that come by HTTP', async () => {
    await route('r.test', backend.url);
    const { status, headers } = await request(front.port, 'r.test', '/path');
    expect([status, headers.location]).toEqual([308, 'https://r.test/path']);
  });
});
