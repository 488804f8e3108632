import { describe, expect, onTestFinished, test } from 'vitest';
import { type Front, rawRequest, request, startFront } from '../parts/front.ts';
import { seen, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 1, env: { FRONT_WORKERS: '1' } });

async function frontOf(env: Readonly<Record<string, string>>): Promise<Front> {
  await rig.route('a.com', rig.url(1));
  const front = await startFront({ redisSocket: rig.redis.socket, env });
  onTestFinished(() => front.stop());
  return front;
}

/** Waits until the access log names a client. */
async function logs(front: Front, client: string): Promise<void> {
  await waitFor(`the log to name ${client}`, async () =>
    expect(await front.log()).toContain(`"client":"${client}"`),
  );
}

describe('behind trusted proxies', () => {
  const FRONT_TRUSTED = '127.0.0.0/8,10.0.0.0/8';

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['no address', '127.0.0.1'],
  ])('the client of X-Forwarded-For %j is %s', async (given, client) => {
    const front = await frontOf({ FRONT_TRUSTED });
    const headers = { 'x-forwarded-for': given };
    const { body } = await request(front.port, 'a.com', '/', { headers });
    expect(seen(body).headers).toMatchObject({
      'x-real-ip': client,
      'x-forwarded-for': `${given}, 127.0.0.1`,
    });
    await logs(front, client);
  });

  test('one that says nothing is the client itself', async () => {
    const front = await frontOf({ FRONT_TRUSTED });
    const { body } = await request(front.port, 'a.com');
    expect(seen(body).headers).toMatchObject({
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
    });
  });

  test('what anybody else says is not believed', async () => {
    const front = await frontOf({ FRONT_TRUSTED: '10.0.0.0/8' });
    const headers = { 'x-forwarded-for': '10.1.2.3', 'x-forwarded-proto': 'https' };
    const { body } = await request(front.port, 'a.com', '/', { headers });
    expect(seen(body).headers).toMatchObject({
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    await logs(front, '127.0.0.1');
  });
});

describe('FRONT_PROXY_PROTOCOL=on', () => {
  const LINE = 'PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\n';
  const ask = (front: Front, host: string, before: string, lines = '') =>
    rawRequest(
      front.port,
      `${before}GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines}\r\n`,
    );

  test('the client is the one that the line names, whatever its headers say', async () => {
    const front = await frontOf({ FRONT_PROXY_PROTOCOL: 'on', FRONT_TRUSTED: '127.0.0.1' });
    const answer = await ask(front, 'a.com', LINE, 'X-Forwarded-For: 6.6.6.6\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"x-real-ip":"203.0.113.7"');
    expect(answer).toContain('"x-forwarded-for":"203.0.113.7"');
    await logs(front, '203.0.113.7');
  });

  test('a trusted proxy behind what passes on connections is believed', async () => {
    const front = await frontOf({ FRONT_PROXY_PROTOCOL: 'on', FRONT_TRUSTED: '203.0.113.0/24' });
    const said = 'X-Forwarded-Proto: https\r\nX-Forwarded-For: 198.51.100.9\r\n';
    const answer = await ask(front, 'a.com', LINE, said);
    expect(answer).toContain('"x-forwarded-proto":"https"');
    expect(answer).toContain('"x-forwarded-for":"198.51.100.9, 203.0.113.7"');
  });

  test('the health check is asked for in the same way', async () => {
    const front = await frontOf({ FRONT_PROXY_PROTOCOL: 'on' });
    expect(await ask(front, '__ping__', LINE)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a connection without the line is refused', async () => {
    const front = await frontOf({ FRONT_PROXY_PROTOCOL: 'on' });
    expect(await ask(front, 'a.com', '').catch(() => '')).toBe('');
  });
});
