import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startStatusBackend } from '../parts/backend.ts';
import { askAll, HOST, statusOf, useOwnFronts } from '../parts/own-fronts.ts';
import { waitFor } from '../parts/wait-for.ts';

const { redis, backend, frontOf } = useOwnFronts();
let listener: Redis;
let messages: string[] = [];

beforeAll(async () => {
  listener = redis.client.duplicate();
  await listener.subscribe('dead');
  listener.on('message', (_channel, text: string) => messages.push(text));
});
afterAll(() => listener.disconnect());
afterEach(() => {
  messages = [];
});

/** A backend that answers with this status only. */
async function statusBackend(status: number): Promise<string> {
  const { url, close } = await startStatusBackend(status);
  onTestFinished(close);
  return url;
}

describe('marks', () => {
  test('FRONT_DEAD_TTL: end when it says', async () => {
    const front = await frontOf({ FRONT_DEAD_TTL: '7' }, await refusedUrl(), backend.url);
    await waitFor('the mark', async () => {
      expect(await statusOf(front)).toBe(200);
      expect(await redis.client.smembers(`dead:${HOST}`)).toEqual(['0']);
    });
    expect(await redis.client.ttl(`dead:${HOST}`)).toBeLessThanOrEqual(7);
  });

  test('FRONT_DEAD_ON_5XX=off: are not set for what a backend answers', async () => {
    const env = { FRONT_DEAD_ON_5XX: 'off' };
    const front = await frontOf(env, await statusBackend(502), backend.url);

    expect(new Set([...(await askAll(front)), ...(await askAll(front))])).toEqual(
      new Set([200, 502]),
    );
    expect(await redis.client.exists(`dead:${HOST}`)).toBe(0);
  });

  test('are told, not set, while hipache-hchecker runs', async () => {
    await redis.client.set('hchecker_ping', Math.floor(Date.now() / 1000));
    const refused = await refusedUrl();
    const front = await frontOf({}, refused, backend.url);

    await waitFor('the message', async () => {
      expect(await statusOf(front)).toBe(200);
      expect(messages).toContain(`${HOST};${refused};0;2`);
    });
    expect(await redis.client.exists(`dead:${HOST}`)).toBe(0);
  });

  test('for a 500 are told to hipache-hchecker, and FRONT_DEAD_ON_500=off tells nobody', async () => {
    await redis.client.set('hchecker_ping', Math.floor(Date.now() / 1000));
    const failing = await statusBackend(500);
    const silent = await frontOf({ FRONT_DEAD_ON_500: 'off' }, failing, backend.url);
    await askAll(silent);
    const front = await frontOf({});
    expect(messages).toEqual([]);

    await askAll(front);

    await waitFor('the message', () => expect(messages).toContain(`${HOST};${failing};0;2`));
    expect(await redis.client.exists(`dead:${HOST}`)).toBe(0);
  });
});
