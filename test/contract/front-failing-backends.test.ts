import { describe, expect, test } from 'vitest';
import {
  startBackend,
  startBlackHole,
  startClosingBackend,
  startOncePerConnectionBackend,
  startSilentBackend,
  startStatusBackend,
} from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { askForTime, own, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({
  backends: 4,
  env: { FRONT_CONNECT_TIMEOUT: '300ms', FRONT_WORKERS: '1' },
});
const { answers, settled } = rig;

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

describe('a backend that drops connections', () => {
  test('is replaced by another, and marked', async () => {
    const hole = await own(startBlackHole());
    await rig.route('a.com', hole.url, rig.url(2));
    expect(await answers('a.com', 6)).toEqual({ B2: 6 });
    await waitFor('the mark', async () => expect(await rig.dead('a.com')).toEqual(['0']));
  });

  test('is not a slow answer', async () => {
    const hole = await own(startBlackHole());
    await rig.route('a.com', hole.url);
    expect(await rig.answerer('a.com')).toBe(502);
  });
});

describe('a backend that closes before it answers', () => {
  test('is replaced by another where a request may be sent twice, and not marked', async () => {
    const closing = await own(startClosingBackend());
    await rig.route('a.com', closing.url, rig.url(2));
    expect(await answers('a.com', 8)).toEqual({ B2: 8 });
    expect(closing.connections()).toBeGreaterThan(0);
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });

  test.each(['POST', 'PATCH'])('is not followed by another for %s', async (method) => {
    const closing = await own(startClosingBackend());
    const other = await own(startBackend('other'));
    await rig.route('a.com', closing.url, other.url);
    const { 502: failed } = await statuses(method, 8);
    expect(failed).toBe(closing.connections());
    expect(closing.connections() + other.connections()).toBe(8);
  });
});

describe('a backend that closes kept connections', () => {
  test('is asked again on a new one', async () => {
    const once = await own(startOncePerConnectionBackend());
    await rig.route('a.com', once.url);
    expect(await statuses('GET', 6)).toEqual({ 200: 6 });
    expect(once.connections()).toBe(6);
  });

  test('never costs a POST, which gets no kept one', async () => {
    const once = await own(startOncePerConnectionBackend());
    await rig.route('a.com', once.url);
    await statuses('GET', 2);
    expect(await statuses('POST', 6)).toEqual({ 200: 6 });
  });
});

describe('a slow backend', () => {
  test('ends in 504 and is neither replaced nor marked', async () => {
    const [slow, other] = [await own(startSilentBackend()), await own(startSilentBackend())];
    await rig.route('a.com', slow.url, other.url);
    await askForTime(rig.redis, 'a.com', 300);
    const { status, body } = await request(rig.front.port, 'a.com');
    expect(status).toBe(504);
    expect(body).toContain('too long');
    expect(slow.connections() + other.connections()).toBe(1);
    await settled();
    expect(await rig.dead('a.com')).toEqual([]);
  });
});

describe("a backend's own errors", () => {
  test.each([404, 500, 502, 503, 504])('%s is passed on as it is', async (status) => {
    const backend = await own(startStatusBackend(status));
    await rig.route('a.com', backend.url, backend.url);
    const answer = await request(rig.front.port, 'a.com');
    expect([answer.status, answer.body]).toEqual([status, '']);
    expect(answer.headers['retry-after']).toBeUndefined();
  });
});
