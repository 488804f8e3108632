import { describe, expect, test } from 'vitest';
import { startBackend } from '../parts/backend.ts';
import { request } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 4, env: { FRONT_WORKERS: '1' } });
const { answers } = rig;

describe('choice', () => {
  test('shares the load evenly', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2), rig.url(3));
    for (const count of Object.values(await answers('a.com', 60))) {
      expect(count).toBeGreaterThanOrEqual(18);
      expect(count).toBeLessThanOrEqual(22);
    }
  });

  test('gives a URL that stands three times three times the load', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2), rig.url(1), rig.url(1));
    const { B1 = 0, B2 = 0 } = await answers('a.com', 80);
    expect(B1 + B2).toBe(80);
    expect(B1).toBeGreaterThanOrEqual(57);
    expect(B1).toBeLessThanOrEqual(63);
  });

  test.each([
    ['leaves out dead slots', ['0'], { B2: 10 }],
    ['leaves out the last slot', ['1'], { B1: 10 }],
    ['answers 502 if all are dead', ['0', '1'], { 502: 10 }],
  ])('%s', async (_title, marks, expected) => {
    await rig.route('a.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.com', ...marks);
    expect(await answers('a.com', 10)).toEqual(expected);
  });

  test('ignores marks that belong to no slot', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.com', '7', 'zz', '-1', '1e0', '');
    expect(await answers('a.com', 10)).toEqual({ B1: expect.any(Number), B2: expect.any(Number) });
  });

  test('answers 502 if the only one is dead', async () => {
    await rig.route('a.com', rig.url(1));
    await rig.redis.client.sadd('dead:a.com', '0');
    const { status, body } = await request(rig.front.port, 'a.com');
    expect(status).toBe(502);
    expect(body).toContain('cannot be reached');
  });

  test('comes back to a backend whose mark ended', async () => {
    await rig.route('a.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.com', '0');
    await rig.redis.client.pexpire('dead:a.com', 50);
    await waitFor('both to answer', async () => {
      expect(Object.keys(await answers('a.com', 4))).toHaveLength(2);
    });
  });

  test("reads a wildcard's marks under the requested host", async () => {
    await rig.route('*.ex.com', rig.url(1), rig.url(2));
    await rig.redis.client.sadd('dead:a.ex.com', '0');
    await rig.redis.client.sadd('dead:*.ex.com', '1');
    expect(await answers('a.ex.com', 6)).toEqual({ B2: 6 });
    expect(Object.keys(await answers('b.ex.com', 6))).toHaveLength(2);
  });

  test('reaches a backend by IPv6', async () => {
    const backend = await own(startBackend('six', '::1'));
    await rig.route('a.com', backend.url);
    expect(await rig.answerer('a.com')).toBe('six');
  });
});
