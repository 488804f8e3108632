import { describe, expect, onTestFinished, test } from 'vitest';
import { startHttp, startSilentBackend } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { startRedis } from '../parts/redis.ts';
import { startSecureBackend } from '../parts/secure-backend.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 2,
  env: { FRONT_READ_TIMEOUT: '2s', FRONT_IDLE_TIMEOUT: '2s', FRONT_WORKERS: '1' },
});

/** As an owner writes it whose oldest container was made at that time. */
function asked(values: Readonly<Record<string, number | string>>, since = 1_700_000_000): string {
  const times = Object.fromEntries(Object.keys(values).map((word) => [word, since]));
  return JSON.stringify({ ...values, since: times });
}

async function ask(vhost: string, text: string, owner = 'one'): Promise<void> {
  await rig.redis.client.hset(`autodock:options:${vhost}`, owner, text);
}

/** Answers after a while. */
async function startSlow(
  afterMs: number,
): Promise<{ readonly url: string; readonly asked: () => number }> {
  let count = 0;
  const backend = await own(
    startHttp((_, reply) => {
      count += 1;
      setTimeout(() => reply.end('late'), afterMs);
    }),
  );
  return { url: backend.url, asked: () => count };
}

const statusOf = async (host: string, headers = {}) =>
  (await request(rig.front.port, host, '/', { headers })).status;

describe('autodock.timeout', () => {
  test('gives a host more time than the front gives others, and less', async () => {
    const slow = await startSlow(3_000);
    await rig.route('patient.test', slow.url);
    await rig.route('hasty.test', slow.url);
    await rig.route('usual.test', slow.url);
    await ask('patient.test', asked({ timeout: 20_000 }));
    await ask('hasty.test', asked({ timeout: 100 }));
    const statuses = ['patient.test', 'hasty.test', 'usual.test'].map((host) => statusOf(host));
    expect(await Promise.all(statuses)).toEqual([200, 504, 504]);
  });

  test('is heard by a host whose route is kept, when it comes, changes and goes', async () => {
    const slow = await startSlow(100);
    await rig.route('a.test', slow.url);
    expect(await statusOf('a.test')).toBe(200);
    await ask('a.test', asked({ timeout: 20 }));
    await waitFor('the shorter time', async () => expect(await statusOf('a.test')).toBe(504));
    await ask('a.test', asked({ timeout: 20_000 }));
    await waitFor('the longer time', async () => expect(await statusOf('a.test')).toBe(200));
    await ask('a.test', asked({ timeout: 20 }));
    await waitFor('the shorter time again', async () => expect(await statusOf('a.test')).toBe(504));
    await rig.redis.client.del('autodock:options:a.test');
    await waitFor('no time of its own', async () => expect(await statusOf('a.test')).toBe(200));
  });

  test('that is over runs no request twice, and the log says why', async () => {
    const [one, two] = [await startSlow(5_000), await startSlow(5_000)];
    await rig.route('once.test', one.url, two.url);
    await ask('once.test', asked({ timeout: 100 }));
    const { status, body } = await request(rig.front.port, 'once.test');
    expect([status, one.asked() + two.asked()]).toEqual([504, 1]);
    expect(body).toContain('504');
    await waitFor('the line of the log', async () => {
      expect(await rig.front.log()).toMatch(/"host":"once\.test".*"status":504.*"reason":"slow"/);
    });
  });

  test('leaves a backend that does not answer alone, and asks another that refuses', async () => {
    await rig.route('two.test', 'http://127.0.0.1:1', rig.url(1));
    await ask('two.test', asked({ timeout: 5_000 }));
    for (let i = 0; i < 4; i += 1) expect(await rig.answerer('two.test')).toBe('B1');
  });

  test('below a wildcard is that of the wildcard', async () => {
    const slow = await startSlow(3_000);
    await rig.route('*.wild.test', slow.url);
    await ask('*.wild.test', asked({ timeout: 20_000 }));
    expect(await statusOf('any.wild.test')).toBe(200);
  });

  test('of several owners is that of the oldest container, whatever else stands there', async () => {
    const slow = await startSlow(3_000);
    await rig.route('many.test', slow.url);
    await ask('many.test', asked({ timeout: 100 }, 1_700_000_002), 'a');
    await ask('many.test', asked({ timeout: 20_000 }, 1_700_000_001), 'z');
    await ask('many.test', '{"timeout":"1s","since":{"timeout":1}}', 'odd');
    await ask('many.test', 'nothing that one could read', 'worse');
    expect(await statusOf('many.test')).toBe(200);
  });

  test('stays while Redis is away', async () => {
    const slow = await startSlow(3_000);
    const redis = await startRedis();
    await redis.client.rpush('frontend:away.test', 'away.test', slow.url);
    await redis.client.hset('autodock:options:away.test', 'one', asked({ timeout: 20_000 }));
    const env = { FRONT_READ_TIMEOUT: '2s' };
    const front = await startFront({ redisSocket: redis.socket, env });
    onTestFinished(() => front.stop());
    await waitFor('all hosts to be known', async () => {
      expect((await front.status()).hosts_known).toBe(true);
    });
    await redis.stop();
    expect((await request(front.port, 'away.test')).status).toBe(200);
  });
});

test('autodock.idle is for streams of events and WebSockets, and not for others', async () => {
  const silent = await own(startSilentBackend());
  await rig.route('idle.test', silent.url);
  await ask('idle.test', asked({ idle: 6_000 }));
  const stream = statusOf('idle.test', { Accept: 'text/event-stream' });
  const plain = statusOf('idle.test');
  expect(await plain).toBe(504);
  expect(await Promise.race([stream, Promise.resolve('still open')])).toBe('still open');
  expect(await stream).toBe(504);
});

test('a key of another type asks for nothing, and one line says so', async () => {
  await rig.redis.client.set('autodock:options:wrong.test', 'a string');
  await rig.route('wrong.test', rig.url(1));
  for (let i = 0; i < 3; i += 1) expect(await rig.answerer('wrong.test')).toBe('B1');
  await waitFor('the line', async () => {
    const lines = (await rig.front.log()).match(/what labels ask of this front cannot be read/g);
    expect(lines?.length).toBe(1);
  });
});

describe('autodock.verify=off', () => {
  test('is for its host alone', async () => {
    const secure = await own(
      startSecureBackend((_, reply) => reply.end('secure'), 'elsewhere.test'),
    );
    await rig.route('trusting.test', secure.url);
    await rig.route('strict.test', secure.url);
    await ask('trusting.test', asked({ verify: 'off' }));
    expect(await statusOf('strict.test')).toBe(502);
    for (let i = 0; i < 3; i += 1) {
      const { status, body } = await request(rig.front.port, 'trusting.test');
      expect([status, body]).toEqual([200, 'secure']);
    }
  });

  test('does nothing to a host that speaks HTTP', async () => {
    await rig.route('http.test', rig.url(1));
    await ask('http.test', asked({ verify: 'off' }));
    const { status, body } = await request(rig.front.port, 'http.test', '/path?q=%20', {
      method: 'POST',
      body: 'text',
    });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ url: '/path?q=%20', method: 'POST', body: 'text' });
  });
});
