import { describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, SHOWN_BYTES, startBlackHole } from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { own, seen, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 4,
  env: { FRONT_CONNECT_TIMEOUT: '300ms', FRONT_WORKERS: '1' },
});
const { answers, settled } = rig;

describe('a backend that refuses', () => {
  test('is replaced by another within the request', async () => {
    await rig.route('a.com', await refusedUrl(), rig.url(2));
    expect(await answers('a.com', 10)).toEqual({ B2: 10 });
  });

  test('is marked dead for the requested host, with a message and an end', async () => {
    const refused = await refusedUrl();
    await rig.route('*.ex.com', refused, rig.url(1));
    const messages = await listenDead();
    expect(await answers('z.ex.com', 4)).toEqual({ B1: 4 });
    await waitFor('the mark', async () => {
      expect(await rig.dead('z.ex.com')).toEqual(['0']);
      expect(messages).toEqual([`z.ex.com;${refused};0;2`]);
    });
    const ttl = await rig.redis.client.ttl('dead:z.ex.com');
    expect(ttl).toBeGreaterThan(20);
    expect(ttl).toBeLessThanOrEqual(30);
    expect(await rig.dead('*.ex.com')).toEqual([]);
  });

  test('is marked in each slot in which it stands', async () => {
    const refused = await refusedUrl();
    await rig.route('a.com', refused, rig.url(1), refused);
    await answers('a.com', 4);
    await waitFor('the marks', async () => expect(await rig.dead('a.com')).toEqual(['0', '2']));
  });

  test('is not marked if it is the only one', async () => {
    await rig.route('a.com', await refusedUrl());
    const messages = await listenDead();
    expect(await answers('a.com', 3)).toEqual({ 502: 3 });
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
    expect(messages).toEqual([]);
  });

  test('is not marked if it is the only one, however often it stands', async () => {
    const refused = await refusedUrl();
    await rig.route('a.com', refused, refused, refused);
    expect(await answers('a.com', 3)).toEqual({ 502: 3 });
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });

  test('is not marked if all others are dead already', async () => {
    await rig.route('a.com', await refusedUrl(), await refusedUrl());
    await rig.redis.client.sadd('dead:a.com', '1');
    expect(await rig.answerer('a.com')).toBe(502);
    await settled();
    expect(await rig.dead('a.com')).toEqual(['1']);
  });

  test('is followed by at most three others', async () => {
    const refused = await Promise.all(Array.from({ length: 8 }, refusedUrl));
    await rig.route('a.com', ...refused);
    const messages = await listenDead();
    expect(await rig.answerer('a.com')).toBe(502);
    await waitFor('four marks', async () => {
      expect(await rig.dead('a.com')).toHaveLength(4);
      expect(messages).toHaveLength(4);
    });
  });

  test('does not cost a POST its body', async () => {
    const body = 'x'.repeat(SHOWN_BYTES);
    await rig.route('a.com', await refusedUrl(), rig.url(2));
    for (let i = 0; i < 8; i += 1) {
      await rig.redis.client.del('dead:a.com');
      const answer = await request(rig.front.port, 'a.com', '/', { method: 'POST', body });
      expect(answer.status).toBe(200);
      expect(seen(answer.body)).toMatchObject({ backend: 'B2', method: 'POST', body });
    }
  });
});

test('a mark is only written while the list still holds the URL', async () => {
  const hole = await own(startBlackHole());
  const refused = await refusedUrl();
  for (let round = 0; round < 3; round += 1) {
    await rig.redis.client.del('frontend:a.com');
    await rig.route('a.com', hole.url, refused);
    await rig.redis.client.config('RESETSTAT');
    // The front waits for the black hole with the list that it read before this change.
    const answer = request(rig.front.port, 'a.com');
    await waitFor('the lookup', async () => {
      expect(await rig.redis.client.info('commandstats')).toContain('cmdstat_smembers');
    });
    const changes = rig.redis.client.multi().del('dead:a.com', 'frontend:a.com');
    await changes.rpush('frontend:a.com', 'a.com', rig.url(1), rig.url(2)).exec();
    expect((await answer).status).toBe(502);
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  }
});

/** What is published on `dead` from now on, but for {@link settled}. */
async function listenDead(): Promise<readonly string[]> {
  const subscriber = rig.redis.client.duplicate();
  onTestFinished(() => subscriber.disconnect());
  const messages: string[] = [];
  subscriber.on('message', (_channel, message: string) => {
    if (!message.startsWith('settled.test;')) messages.push(message);
  });
  await subscriber.subscribe('dead');
  return messages;
}
