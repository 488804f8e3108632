import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Backend,
  refusedUrl,
  SHOWN_BYTES,
  startBackend,
  startBlackHole,
  startClosingBackend,
  startOncePerConnectionBackend,
  startSilentBackend,
  startStatusBackend,
} from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { seen, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 4,
  env: { FRONT_CONNECT_TIMEOUT: '300ms', FRONT_READ_TIMEOUT: '1s', FRONT_WORKERS: '1' },
});

/** How often each answer came for so many requests, one after the other. */
async function answers(host: string, requests: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < requests; i += 1) {
    const answer = await rig.answerer(host);
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}

/** How often each status came for so many requests with a body, one after the other. */
async function statuses(
  method: string,
  requests: number,
): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  const body = method === 'GET' ? '' : 'x';
  for (let i = 0; i < requests; i += 1) {
    const { status } = await request(rig.front.port, 'a.com', '/', { method, body });
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

async function own(backend: Promise<Backend>): Promise<Backend> {
  const started = await backend;
  onTestFinished(() => started.close());
  return started;
}

describe('choice', () => {
  it('shares the load evenly', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2), rig.url(3));
    for (const count of Object.values(await answers('a.com', 60))) {
      expect(count).toBeGreaterThanOrEqual(18);
      expect(count).toBeLessThanOrEqual(22);
    }
  });

  it('gives a URL that stands three times three times the load', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2), rig.url(1), rig.url(1));
    const { B1 = 0, B2 = 0 } = await answers('a.com', 80);
    expect(B1 + B2).toBe(80);
    expect(B1).toBeGreaterThanOrEqual(57);
    expect(B1).toBeLessThanOrEqual(63);
  });

  it.each([
    ['leaves out dead slots', ['0'], { B2: 10 }],
    ['leaves out the last slot', ['1'], { B1: 10 }],
    ['answers 502 if all are dead', ['0', '1'], { 502: 10 }],
  ])('%s', async (_title, marks, expected) => {
    await rig.route('a.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.com', ...marks);
    expect(await answers('a.com', 10)).toEqual(expected);
  });

  it('ignores marks that belong to no slot', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.com', '7', 'zz', '-1', '1e0', '');
    expect(await answers('a.com', 10)).toEqual({ B1: expect.any(Number), B2: expect.any(Number) });
  });

  it('answers 502 if the only one is dead', async () => {
    await rig.route('a.com', rig.url(1));
    await rig.redis.client.sadd('dead:a.com', '0');
    const { status, body } = await request(rig.front.port, 'a.com');
    expect(status).toBe(502);
    expect(body).toContain('cannot be reached');
  });

  it('comes back to a backend whose mark ended', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.com', '0');
    await rig.redis.client.pexpire('dead:a.com', 50);
    await waitFor('both to answer', async () => {
      expect(Object.keys(await answers('a.com', 4))).toHaveLength(2);
    });
  });

  it("reads a wildcard's marks under the requested host", async () => {
    await rig.route('*.ex.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.ex.com', '0');
    await rig.redis.client.sadd('dead:*.ex.com', '1');
    expect(await answers('a.ex.com', 6)).toEqual({ B2: 6 });
    expect(Object.keys(await answers('b.ex.com', 6))).toHaveLength(2);
  });

  it('reaches a backend by IPv6', async () => {
    const backend = await own(startBackend('six', '::1'));
    await rig.route('a.com', backend.url);
    expect(await rig.answerer('a.com')).toBe('six');
  });
});

describe('a backend that refuses', () => {
  it('is replaced by another within the request', async () => {
    await rig.route('a.com', await refusedUrl(), rig.url(2));
    expect(await answers('a.com', 10)).toEqual({ B2: 10 });
  });

  it('is marked dead for the requested host, with a message and an end', async () => {
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

  it('is marked in each slot in which it stands', async () => {
    const refused = await refusedUrl();
    await rig.route('a.com', refused, rig.url(1), refused);
    await answers('a.com', 4);
    await waitFor('the marks', async () => expect(await rig.dead('a.com')).toEqual(['0', '2']));
  });

  it('is not marked if it is the only one', async () => {
    await rig.route('a.com', await refusedUrl());
    const messages = await listenDead();
    expect(await answers('a.com', 3)).toEqual({ 502: 3 });
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
    expect(messages).toEqual([]);
  });

  it('is not marked if it is the only one, however often it stands', async () => {
    const refused = await refusedUrl();
    await rig.route('a.com', refused, refused, refused);
    expect(await answers('a.com', 3)).toEqual({ 502: 3 });
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });

  it('is not marked if all others are dead already', async () => {
    await rig.route('a.com', await refusedUrl(), rig.url(1));
    await rig.redis.client.sadd('dead:a.com', '1');
    expect(await rig.answerer('a.com')).toBe(502);
    await settled();
    expect(await rig.dead('a.com')).toEqual(['1']);
  });

  it('is followed by at most three others', async () => {
    const refused = await Promise.all(Array.from({ length: 8 }, refusedUrl));
    await rig.route('a.com', ...refused);
    const messages = await listenDead();
    expect(await rig.answerer('a.com')).toBe(502);
    await waitFor('four marks', async () => {
      expect(await rig.dead('a.com')).toHaveLength(4);
      expect(messages).toHaveLength(4);
    });
  });

  it('does not cost a POST its body', async () => {
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

describe('a backend that drops connections', () => {
  it('is replaced by another, and marked', async () => {
    const hole = await own(startBlackHole());
    await rig.route('a.com', hole.url, rig.url(2));
    expect(await answers('a.com', 6)).toEqual({ B2: 6 });
    await waitFor('the mark', async () => expect(await rig.dead('a.com')).toEqual(['0']));
  });

  it('is no answer, not a slow one', async () => {
    const hole = await own(startBlackHole());
    await rig.route('a.com', hole.url);
    expect(await rig.answerer('a.com')).toBe(502);
  });
});

describe('a backend that closes before it answers', () => {
  it('is replaced by another where a request may be sent twice, and not marked', async () => {
    const closing = await own(startClosingBackend());
    await rig.route('a.com', closing.url, rig.url(2));
    expect(await answers('a.com', 8)).toEqual({ B2: 8 });
    expect(closing.connections()).toBeGreaterThan(0);
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });

  it.each(['POST', 'PATCH'])('is not followed by another for %s', async (method) => {
    const closing = await own(startClosingBackend());
    const other = await own(startBackend('other'));
    await rig.route('a.com', closing.url, other.url);
    const { 502: failed } = await statuses(method, 8);
    expect(failed).toBe(closing.connections());
    expect(closing.connections() + other.connections()).toBe(8);
  });
});

describe('a backend that closes kept connections', () => {
  it('is asked again on a new one', async () => {
    const once = await own(startOncePerConnectionBackend());
    await rig.route('a.com', once.url);
    expect(await statuses('GET', 6)).toEqual({ 200: 6 });
    expect(once.connections()).toBe(6);
  });

  it('never costs a POST, which gets no kept one', async () => {
    const once = await own(startOncePerConnectionBackend());
    await rig.route('a.com', once.url);
    await statuses('GET', 2);
    expect(await statuses('POST', 6)).toEqual({ 200: 6 });
  });
});

describe('a slow backend', () => {
  it('ends in 504 and is neither replaced nor marked', async () => {
    const [slow, other] = [await own(startSilentBackend()), await own(startSilentBackend())];
    await rig.route('a.com', slow.url, other.url);
    const { status, body } = await request(rig.front.port, 'a.com');
    expect(status).toBe(504);
    expect(body).toContain('too long');
    expect(slow.connections() + other.connections()).toBe(1);
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });
});

describe("a backend's own errors", () => {
  it.each([404, 500, 502, 503, 504])('%s is passed on as it is', async (status) => {
    const backend = await own(startStatusBackend(status));
    await rig.route('a.com', backend.url, backend.url);
    const answer = await request(rig.front.port, 'a.com');
    expect([answer.status, answer.body]).toEqual([status, '']);
    expect(answer.headers['retry-after']).toBeUndefined();
  });
});

it('a mark is only written while the list still holds the URL', async () => {
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

/**
 * Waits until a mark that the front might have begun to write would be there: one for another host, begun
 * later by the same worker, has come.
 */
async function settled(): Promise<void> {
  await rig.redis.client.del('frontend:settled.test', 'dead:settled.test');
  await rig.route('settled.test', await refusedUrl(), rig.url(1));
  await waitFor('a later mark', async () => {
    await rig.answerer('settled.test');
    expect(await rig.dead('settled.test')).toEqual(['0']);
  });
}
