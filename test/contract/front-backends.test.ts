import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Backend, identify, startBackend } from '../parts/backend.ts';
import { type DnsServer, startDnsServer } from '../parts/dns-server.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { startSecureBackend } from '../parts/secure-backend.ts';
import { waitFor } from '../parts/wait-for.ts';

let redis: RedisPart;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** Which backend answers for a host, or the status. */
async function answerer({ port }: Front, host: string): Promise<string | number> {
  const { status, body } = await request(port, host);
  return /^\{"backend":"(\w+)"/.exec(body)?.[1] ?? status;
}

describe('what looks like an address and is none', () => {
  let front: Front;
  let backend: Backend;

  beforeAll(async () => {
    backend = await startBackend('B1', '127.0.0.1');
    front = await startFront({ redisSocket: redis.socket, env: { FRONT_WORKERS: '1' } });
  });
  afterAll(async () => {
    await front.stop();
    await backend.close();
  });

  test.each(['http://10.0.0.256:80', 'http://[1::2::3]:80'])('%s is no backend', async (none) => {
    const [alone, beside] = [`alone-${none.length}.test`, `beside-${none.length}.test`];
    await redis.client.rpush(`frontend:${alone}`, alone, none);
    await redis.client.rpush(`frontend:${beside}`, beside, none, backend.url);

    expect(await answerer(front, alone)).toBe(502);
    for (let n = 0; n < 4; n += 1) expect(await answerer(front, beside)).toBe('B1');
    // The address that stands in the configuration because one must.
    expect(await front.log()).not.toContain('0.0.0.1:80');
  });
});

describe('a backend by a name that DNS knows', () => {
  let dns: DnsServer;
  let front: Front;
  let backends: readonly Backend[];
  let port: string;

  beforeAll(async () => {
    dns = await startDnsServer();
    const first = await startBackend('B1', '127.0.0.1');
    port = new URL(first.url).port;
    backends = [first];
    const resolvConf = `search corp.test\nnameserver ${dns.address}\n`;
    const env = { FRONT_WORKERS: '1' };
    front = await startFront({ redisSocket: redis.socket, env, resolvConf });
  });
  afterAll(async () => {
    await front.stop();
    await Promise.all(backends.map((backend) => backend.close()));
    await dns.close();
  });

  test('is asked at its address, and DNS only every few seconds', async () => {
    dns.names.set('app.dns.test', ['127.0.0.1']);
    await redis.client.rpush('frontend:a.test', 'a.test', `http://app.dns.test:${port}`);

    for (let n = 0; n < 20; n += 1) expect(await answerer(front, 'a.test')).toBe('B1');

    const times = dns.asked.filter((name) => name === 'app.dns.test').length;
    expect(times).toBeGreaterThan(0);
    expect(times).toBeLessThan(10);
  });

  test('may be a short name of a domain that is searched', async () => {
    dns.names.set('short.corp.test', ['127.0.0.1']);
    await redis.client.rpush('frontend:b.test', 'b.test', `http://short:${port}`);

    expect(await answerer(front, 'b.test')).toBe('B1');
  });

  test('is followed when its address changes', async () => {
    dns.names.set('moves.dns.test', ['127.0.0.9']);
    await redis.client.rpush('frontend:c.test', 'c.test', `http://moves.dns.test:${port}`);
    expect(await answerer(front, 'c.test')).toBe(502);

    dns.names.set('moves.dns.test', ['127.0.0.1']);

    await waitFor('the new address', async () =>
      expect(await answerer(front, 'c.test')).toBe('B1'),
    );
  });

  test('stays where it was while DNS is silent', async () => {
    dns.names.set('stays.dns.test', ['127.0.0.1']);
    await redis.client.rpush('frontend:d.test', 'd.test', `http://stays.dns.test:${port}`);
    expect(await answerer(front, 'd.test')).toBe('B1');
    const before = dns.asked.length;

    dns.silent(true);
    onTestFinished(() => dns.silent(false));

    await waitFor('another question', async () => {
      expect(await answerer(front, 'd.test')).toBe('B1');
      expect(dns.asked.length).toBeGreaterThan(before);
    });
    for (let n = 0; n < 5; n += 1) expect(await answerer(front, 'd.test')).toBe('B1');
  });

  test('that does not exist is like one that is not there', async () => {
    await redis.client.rpush('frontend:e.test', 'e.test', `http://nobody.dns.test:${port}`);

    expect(await answerer(front, 'e.test')).toBe(502);
  });
});

describe('a backend that speaks TLS', () => {
  test.each([
    ['is refused if nobody vouches for its certificate', 'localhost', {}, 502],
    [
      'is asked if it need not be vouched for',
      'localhost',
      { FRONT_BACKEND_TLS_VERIFY: 'off' },
      'B1',
    ],
    ['is asked if its certificate is vouched for', 'localhost', 'vouched', 'B1'],
    ['is refused if that is for another name', 'other.test', 'vouched', 502],
    ['given by an address is asked if that is for the host', 'tls.test', 'vouched', 'B1'],
    ['given by an address is refused if that is for another', '127.0.0.1', 'vouched', 502],
  ] as const)('%s', async (title, name, setting, expected) => {
    const listener = startSecureBackend((asked, reply) => void identify('B1', asked, reply), name);
    const backend = await listener;
    onTestFinished(() => backend.close());
    const folder = await mkdtemp(join(tmpdir(), 'autodock-ca-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, backend.certificate);
    const env = setting === 'vouched' ? { FRONT_BACKEND_TLS_CA: ca } : setting;
    const front = await startFront({ redisSocket: redis.socket, env });
    onTestFinished(() => front.stop());
    const isByAddress = title.startsWith('given by an address');
    const url = isByAddress ? backend.url : backend.url.replace('127.0.0.1', 'localhost');
    await redis.client.del('frontend:tls.test');
    await redis.client.rpush('frontend:tls.test', 'tls.test', url);

    expect(await answerer(front, 'tls.test')).toBe(expected);
  });
});
