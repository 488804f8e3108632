import { describe, expect, test } from 'vitest';
import { selfSigned } from '../parts/certificate.ts';
import { refusedStart, request } from '../parts/front.ts';
import { handshake, requestHttp2, requestTls } from '../parts/tls-client.ts';
import { useTlsFront } from '../parts/tls-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useTlsFront();

describe('a handshake', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'by %s is refused with an alert for an unknown name',
    async (version) => {
      for (const name of ['nobody.test', '', 'a..b', `${'x'.repeat(250)}.test`]) {
        const { error } = await handshake(rig.port, name, { version });
        expect(error).toMatch(/^ERR_SSL_(SSL|TLS).*ALERT/);
      }
    },
  );

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('by %s works', async (version) => {
    await rig.store('v.test', await selfSigned('v.test'));
    const { protocol, name } = await handshake(rig.port, 'v.test', { version });
    expect([protocol, name]).toEqual([version, 'v.test']);
  });

  test('by an older version is refused', async () => {
    await rig.store('old.test', await selfSigned('old.test'));
    expect((await handshake(rig.port, 'old.test', { version: 'TLSv1.1' })).error).not.toBeNull();
  });

  test('agrees on HTTP/2 with those who speak it', async () => {
    await rig.store('h.test', await selfSigned('h.test'));
    expect((await handshake(rig.port, 'h.test')).application).toBe('h2');
    const one = await handshake(rig.port, 'h.test', { application: ['http/1.1'] });
    expect(one.application).toBe('http/1.1');
  });
});

test('a request by HTTPS reaches the backend, which is told so', async () => {
  await rig.store('s.test', await selfSigned('s.test'));
  const answer = await requestTls(rig.port, 's.test', 'X-Forwarded-Proto: http\r\n');
  expect(answer).toContain('"x-forwarded-proto":"https"');
  expect(answer).toContain('"x-forwarded-port":"443"');
  const { status, body } = await requestHttp2(rig.port, 's.test', '/two');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({
    backend: 'B1',
    url: '/two',
    headers: { host: 's.test', 'x-forwarded-proto': 'https', 'x-forwarded-host': 's.test' },
  });
});

describe('by HTTP', () => {
  test('a client is sent to HTTPS with method, path and query', async () => {
    await rig.store('s.test', await selfSigned('s.test'));
    const { status, headers } = await request(rig.front.port, 'S.test:8080', '/a%20b?c=/..', {
      method: 'POST',
    });
    expect(status).toBe(308);
    expect(headers.location).toBe(`https://s.test:${rig.port}/a%20b?c=/..`);
  });

  test('that is so for hosts of a wildcard, and of a certificate in the folder', async () => {
    await rig.put('several', await selfSigned('folder.test', '*.wild.test'));
    for (const host of ['folder.test', 'x.wild.test']) {
      // Each worker looks into the folder by itself.
      await waitFor(`${host} to be sent to HTTPS`, async () => {
        const { status, headers } = await request(rig.front.port, host);
        expect([status, headers.location]).toEqual([308, `https://${host}:${rig.port}/`]);
      });
    }
  });

  test('a host without a certificate is served, and an unknown one is not found', async () => {
    await rig.store('certified.test', await selfSigned('certified.test'));
    expect((await request(rig.front.port, 'plain.test')).status).toBe(200);
    await rig.redis.client.del('frontend:*');
    expect((await request(rig.front.port, 'plain.test')).status).toBe(404);
    expect((await request(rig.front.port, 'certified.test')).status).toBe(308);
  });

  test.each(['/__ping__', '/.well-known/acme-challenge/token'])(
    '%s is served as it is',
    async (path) => {
      expect((await request(rig.front.port, 'a.test', path)).status).toBe(200);
    },
  );

  test('what is not a host is refused as ever', async () => {
    expect((await request(rig.front.port, 'a;b.test')).status).toBe(400);
  });
});

test.each([
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
