import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../parts/backend.ts';
import { type KeyPair, selfSigned } from '../parts/certificate.ts';
import { type Front, refusedStart, request, startFront } from '../parts/front.ts';
import { freePort, type RedisPart, startRedis } from '../parts/redis.ts';
import { handshake, requestHttp2, requestTls } from '../parts/tls-client.ts';
import { waitFor } from '../parts/wait-for.ts';

let redis: RedisPart;
let backend: Backend;
let front: Front;
let port: number;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autodock-certificates-'));
  redis = await startRedis();
  backend = await startBackend('B1');
  port = await freePort();
  front = await startFront({
    redisSocket: redis.socket,
    env: { FRONT_HTTPS_PORT: String(port), FRONT_CERTIFICATES: folder, FRONT_HTTPS_REDIRECT: 'on' },
  });
});
afterAll(async () => {
  await front.stop();
  await backend.close();
  await redis.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await redis.client.flushall();
  await redis.client.rpush('frontend:*', '*', backend.url);
});

async function put(name: string, { certificate, key }: KeyPair): Promise<void> {
  await writeFile(join(folder, `${name}.key`), key);
  await writeFile(join(folder, `${name}.crt`), certificate);
}

function store(name: string, { certificate, key }: KeyPair): Promise<unknown> {
  return redis.client.hset(`tls:${name}`, { certificate, key });
}

/** Waits until this certificate is presented for a name. */
function presents(host: string, name: string | null): Promise<void> {
  return waitFor(`the certificate ${name} for ${host}`, async () => {
    expect((await handshake(port, host)).name).toBe(name);
  });
}

describe('certificates in the folder', () => {
  it('are presented by name, the exact one before the wildcard, without a reload', async () => {
    await put('*.folder.test', await selfSigned('*.folder.test'));
    await put('a.folder.test', await selfSigned('a.folder.test'));
    await presents('b.folder.test', '*.folder.test');
    await presents('a.folder.test', 'a.folder.test');
    await presents('A.Folder.Test', 'a.folder.test');
    await presents('b.a.folder.test', null);
    await presents('folder.test', null);
  });

  it('may be in folders of their own, and written with an underscore for the star', async () => {
    const pair = await selfSigned('*.live.test');
    await mkdir(join(folder, '_.live.test'));
    await writeFile(join(folder, '_.live.test', 'fullchain.pem'), pair.certificate);
    await writeFile(join(folder, '_.live.test', 'privkey.pem'), pair.key);
    await presents('a.live.test', '*.live.test');
  });

  it('may be replaced one file after the other, and taken away', async () => {
    await put('r.test', await selfSigned('r.test'));
    await presents('r.test', 'r.test');
    const next = await selfSigned('renewed.test', 'r.test');
    await writeFile(join(folder, 'r.test.new'), next.certificate);
    await rename(join(folder, 'r.test.new'), join(folder, 'r.test.crt'));
    const refusal = 'the certificate of r.test cannot be used';
    await waitFor('the front to see that the key is another', async () => {
      expect((await handshake(port, 'r.test')).name).toBe('r.test');
      expect(await front.log()).toContain(refusal);
    });
    await writeFile(join(folder, 'r.test.key'), next.key);
    await presents('r.test', 'renewed.test');
    await rm(join(folder, 'r.test.crt'));
    await presents('r.test', null);
  });

  it('that cannot be read hurt no other, and are named', async () => {
    await put('junk.test', { certificate: 'no certificate', key: 'no key' });
    await put('after.test', await selfSigned('after.test'));
    await presents('after.test', 'after.test');
    expect(await front.log()).toContain('the certificate of junk.test cannot be read');
    expect((await handshake(port, 'junk.test')).error).not.toBeNull();
  });
});

describe('certificates in Redis', () => {
  it('are presented by name, the exact one before the wildcard', async () => {
    await store('*.redis.test', await selfSigned('*.redis.test'));
    await store('a.redis.test', await selfSigned('a.redis.test'));
    await presents('a.redis.test', 'a.redis.test');
    await presents('b.redis.test', '*.redis.test');
  });

  it('give way to one of the same name in the folder', async () => {
    await store('both.test', await selfSigned('from-redis', 'both.test'));
    await presents('both.test', 'from-redis');
    await put('both.test', await selfSigned('from-folder', 'both.test'));
    await presents('both.test', 'from-folder');
  });

  it('serve on while Redis is away', async () => {
    await store('kept.test', await selfSigned('kept.test'));
    await presents('kept.test', 'kept.test');
    redis.kill('SIGSTOP');
    try {
      await presents('kept.test', 'kept.test');
    } finally {
      redis.kill('SIGCONT');
    }
  });

  it('that are broken or of the wrong type refuse their name alone', async () => {
    await redis.client.hset('tls:broken.test', { certificate: 'x', key: 'y' });
    await redis.client.set('tls:text.test', 'text');
    await store('fine.test', await selfSigned('fine.test'));
    await presents('fine.test', 'fine.test');
    await presents('broken.test', null);
    await presents('text.test', null);
    await presents('fine.test', 'fine.test');
  });
});

describe('a handshake', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'by %s is refused with an alert for an unknown name',
    async (version) => {
      for (const name of ['nobody.test', '', 'a..b', `${'x'.repeat(250)}.test`]) {
        const { error } = await handshake(port, name, { version });
        expect(error).toMatch(/^ERR_SSL_(SSLV3|TLSV1).*ALERT/);
      }
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('by %s works', async (version) => {
    await store('v.test', await selfSigned('v.test'));
    const { protocol, name } = await handshake(port, 'v.test', { version });
    expect([protocol, name]).toEqual([version, 'v.test']);
  });

  it('by an older version is refused', async () => {
    await store('old.test', await selfSigned('old.test'));
    expect((await handshake(port, 'old.test', { version: 'TLSv1.1' })).error).not.toBeNull();
  });

  it('agrees on HTTP/2 with those who speak it', async () => {
    await store('h.test', await selfSigned('h.test'));
    expect((await handshake(port, 'h.test')).application).toBe('h2');
    const one = await handshake(port, 'h.test', { application: ['http/1.1'] });
    expect(one.application).toBe('http/1.1');
  });
});

it('a request by HTTPS reaches the backend, which is told so', async () => {
  await store('s.test', await selfSigned('s.test'));
  const answer = await requestTls(port, 's.test', 'X-Forwarded-Proto: http\r\n');
  expect(answer).toContain('"x-forwarded-proto":"https"');
  expect(answer).toContain('"x-forwarded-port":"443"');
  const { status, body } = await requestHttp2(port, 's.test', '/two');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    backend: 'B1',
    url: '/two',
    headers: { host: 's.test', 'x-forwarded-proto': 'https', 'x-forwarded-host': 's.test' },
  });
});

describe('by HTTP', () => {
  it('a client is sent to HTTPS with method, path and query', async () => {
    const { status, headers } = await request(front.port, 'S.test:8080', '/a%20b?c=/..', {
      method: 'POST',
    });
    expect(status).toBe(308);
    expect(headers.location).toBe(`https://s.test:${port}/a%20b?c=/..`);
  });

  it.each(['/__ping__', '/.well-known/acme-challenge/token'])(
    '%s is served as it is',
    async (path) => {
      expect((await request(front.port, 'a.test', path)).status).toBe(200);
    },
  );

  it('a host that is none is refused as ever', async () => {
    expect((await request(front.port, 'a;b.test')).status).toBe(400);
  });
});

it.each([
  ['FRONT_HTTPS_PORT', '0'],
  ['FRONT_HTTPS_PORT', '80'],
  ['FRONT_HTTPS_PORT', 'on'],
  ['FRONT_CERTIFICATES', 'relative'],
  ['FRONT_CERTIFICATES', "/quo'te"],
  ['FRONT_HTTPS_REDIRECT', 'yes'],
])('%s=%j is refused by name', async (variable, value) => {
  const { code, message } = await refusedStart({ [variable]: value });
  expect(code).toBe(64);
  expect(message).toContain(`front: ${variable}=${value}: expected `);
});
