import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startBackend, startStatusBackend } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

/** Waits until a failure of another host, begun later, was told to the checker. */
async function reported(): Promise<void> {
  const subscriber = rig.redis.client.duplicate();
  onTestFinished(() => subscriber.disconnect());
  const hosts: string[] = [];
  subscriber.on('message', (_channel, message: string) => hosts.push(message.split(';')[0] ?? ''));
  await subscriber.subscribe('dead');
  await rig.route('later.test', await refusedUrl(), rig.url(2));
  await waitFor('the report', async () => {
    await rig.answerer('later.test');
    expect(hosts).toContain('later.test');
  });
}

describe('a marked backend beside others that fail', () => {
  test.each(['a.com', '*.a.com'])('answers for %s, and its mark goes', async (vhost) => {
    const host = vhost.replace('*', 'x');
    await rig.route(vhost, rig.url(1), await refusedUrl());
    await rig.redis.client.sadd(`dead:${host}`, '0');
    expect(await rig.answers(host, 10)).toEqual({ B1: 10 });
    await waitFor('the mark to move on', async () => expect(await rig.dead(host)).toEqual(['1']));
  });

  test('answers by a name, too', async () => {
    const named = rig.url(1).replace('127.0.0.1', 'localhost');
    await rig.route('a.com', named, await refusedUrl());
    await rig.redis.client.sadd('dead:a.com', '0');
    expect(await rig.answers('a.com', 4)).toEqual({ B1: 4 });
  });

  test('gets nothing while one of them answers, and stays marked', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2), await refusedUrl());
    await rig.redis.client.sadd('dead:a.com', '0');
    expect(await rig.answers('a.com', 10)).toEqual({ B2: 10 });
    await rig.settled();
    expect(await rig.dead('a.com')).toEqual(expect.arrayContaining(['0']));
  });

  test('stays marked if it fails as well', async () => {
    await rig.route('a.com', await refusedUrl(), await refusedUrl());
    await rig.redis.client.sadd('dead:a.com', '0');
    expect(await rig.answerer('a.com')).toBe(502);
    await rig.settled();
    expect(await rig.dead('a.com')).toEqual(['0']);
  });

  test('stays marked if it answers with what marks', async () => {
    const failing = await own(startStatusBackend(504));
    await rig.route('a.com', failing.url, await refusedUrl());
    await rig.redis.client.sadd('dead:a.com', '0');
    expect(await rig.answerer('a.com')).toBe(504);
    await rig.settled();
    expect(await rig.dead('a.com')).toEqual(['0']);
  });

  test('stays marked while a checker runs, whose mark it is', async () => {
    await rig.redis.client.set('hchecker_ping', Math.floor(Date.now() / 1_000));
    await rig.route('a.com', rig.url(1), await refusedUrl());
    await rig.redis.client.sadd('dead:a.com', '0');
    expect(await rig.answers('a.com', 4)).toEqual({ B1: 4 });
    await reported();
    expect(await rig.dead('a.com')).toEqual(['0']);
  });
});

test.each(['a.com', '*.a.com'])(
  'a marked backend answers for %s also while requests wait for the others, which accept no connection',
  async (vhost) => {
    const env = { FRONT_HOLD: '1h', FRONT_WORKERS: '1' };
    const front = await startFront({ redisSocket: rig.redis.socket, env });
    onTestFinished(() => front.stop());
    const host = vhost.replace('*', 'x');
    await rig.route(vhost, rig.url(1), await refusedUrl());
    await rig.redis.client.sadd(`dead:${host}`, '0');
    for (let i = 0; i < 3; i += 1) {
      expect(seen((await request(front.port, host)).body).backend).toBe('B1');
    }
    await waitFor('its mark to go', async () => expect(await rig.dead(host)).toEqual([]));
  },
);

test('a mark goes from every slot of the one that answers, and from no other', async () => {
  await rig.route('a.com', rig.url(1), await refusedUrl(), rig.url(1), await refusedUrl());
  await rig.redis.client.sadd('dead:a.com', '0', '1', '2');
  expect(await rig.answerer('a.com')).toBe('B1');
  await waitFor('its marks to go', async () => {
    const marks = (await rig.dead('a.com')).filter((slot) => slot !== '3'); // it may be marked by now
    expect(marks).toEqual(['1']);
  });
});

test('a replica that was marked while it started, and whose successor is too, loses nothing', async () => {
  let current = rig.url(1);
  for (const name of ['second', 'third']) {
    const next = await refusedUrl();
    await rig.redis.client.del('frontend:a.com');
    await rig.route('a.com', current, next);
    await waitFor('the new one to be marked', async () => {
      expect((await request(rig.front.port, 'a.com')).status).toBe(200);
      expect(await rig.dead('a.com')).toEqual(['1']);
    });
    await own(startBackend(name, '127.0.0.1', Number(new URL(next).port)));
    await rig.redis.client.lset('frontend:a.com', 1, await refusedUrl()); // the old one ends
    expect(await rig.answers('a.com', 10)).toEqual({ [name]: 10 });
    current = next;
  }
});
