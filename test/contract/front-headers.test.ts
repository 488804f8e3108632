import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttp } from '../parts/backend.ts';
import { rawRequest, request, startFront } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

/** The headers that a backend saw. */
async function headersSeen(
  host: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const { body } = await request(rig.front.port, host, '/', { headers });
  return seen(body).headers;
}

const FORGED = {
  'x-forwarded-for': '1.1.1.1',
  'x-forwarded-host': 'forged.test',
  'x-forwarded-port': '9',
  'x-forwarded-proto': 'https',
  'x-forwarded-protocol': 'https',
  'x-real-ip': '2.2.2.2',
};

describe('headers', () => {
  test('tell the backend who asked and how', async () => {
    await rig.route('a.com', rig.url(1));
    expect(await headersSeen('A.com:8080')).toMatchObject({
      host: 'A.com:8080',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'A.com:8080',
      'x-forwarded-port': '8080',
      'x-forwarded-proto': 'http',
      'x-forwarded-protocol': 'http',
      'x-real-ip': '127.0.0.1',
    });
    expect(await headersSeen('a.com')).toMatchObject({ 'x-forwarded-port': '80' });
  });

  test('about forwarding are not believed', async () => {
    await rig.route('a.com', rig.url(1));
    expect(await headersSeen('a.com', FORGED)).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'a.com',
      'x-forwarded-port': '80',
      'x-forwarded-proto': 'http',
      'x-forwarded-protocol': 'http',
      'x-real-ip': '127.0.0.1',
    });
  });

  test('about forwarding are believed from a trusted network, but for who asked, which follows from them', async () => {
    const front = await startFront({
      redisSocket: rig.redis.socket,
      env: { FRONT_TRUSTED: '10.0.0.0/8, 127.0.0.0/8,::1' },
    });
    onTestFinished(() => front.stop());
    await rig.route('a.com', rig.url(1));
    const { body } = await request(front.port, 'a.com', '/', { headers: FORGED });
    expect(seen(body).headers).toMatchObject({
      ...FORGED,
      'x-forwarded-for': '1.1.1.1, 127.0.0.1',
      'x-real-ip': '1.1.1.1',
    });
  });

  test('of the backend reach the client', async () => {
    await rig.route('a.com', rig.url(1));
    const { headers } = await request(rig.front.port, 'a.com');
    expect(headers).toMatchObject({ server: 'backend', 'x-powered-by': 'test' });
  });

  test('of the backend do not steer the front', async () => {
    const steering = await own(
      startHttp((_asked, reply) => {
        reply.setHeader('x-accel-redirect', '/__ping__').setHeader('x-accel-limit-rate', '1');
        reply.end('mine');
      }),
    );
    await rig.route('a.com', steering.url);
    expect((await request(rig.front.port, 'a.com')).body).toBe('mine');
  });

  test('of many kilobytes pass in both directions', async () => {
    const long = 'x'.repeat(7_000);
    const mirror = await own(
      startHttp((asked, reply) => {
        reply.setHeader('x-long', asked.headers['x-long'] ?? '').setHeader('x-long-2', long);
        reply.end();
      }),
    );
    await rig.route('a.com', mirror.url);
    const { status, headers } = await request(rig.front.port, 'a.com', '/', {
      headers: { 'x-long': long },
    });
    expect([status, headers['x-long'], headers['x-long-2']]).toEqual([200, long, long]);
  });
});

test.each(['/a%20b', '//x', '/a/../b', '/x{}|', '/?q=%26&x=[]', '/%2F', '/%C3%A9', '/__ping__/x'])(
  'the path %s reaches the backend as it is',
  async (path) => {
    await rig.route('a.com', rig.url(1));
    const answer = await rawRequest(
      rig.front.port,
      `GET ${path} HTTP/1.1\r\nHost: a.com\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain(`"url":"${path}"`);
  },
);

test('no spelling of what the front vouches for passes behind many other headers', async () => {
  await rig.route('a.com', rig.url(1));
  const many = Array.from({ length: 150 }, (_, i) => [`a-${i}`, '1']);
  const headers = await headersSeen('a.com', {
    ...Object.fromEntries(many),
    X_Forwarded_For: '1.1.1.1',
    'X.Real-IP': '1.1.1.1',
  });
  expect(headers).toMatchObject({ 'a-149': '1', 'x-forwarded-for': '127.0.0.1' });
  expect(Object.values(headers)).not.toContain('1.1.1.1');
});
