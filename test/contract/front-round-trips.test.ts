import { describe, expect, onTestFinished, test } from 'vitest';
import { request, startFront } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

/** A front that asks Redis for each request, and hears of no change. */
async function startAsking() {
  const front = await startFront({
    redisSocket: rig.redis.socket,
    env: { FRONT_CACHE: 'off', FRONT_WORKERS: '1' },
  });
  onTestFinished(() => front.stop());
  return async (host: string) => (await request(front.port, host)).body.slice(0, 15);
}

/** How often each command was run for what is done here, and how often Redis read something. */
async function costOf(work: () => Promise<unknown>) {
  await rig.redis.client.config('RESETSTAT');
  await work();
  const stats = await rig.redis.client.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)];
  const reads = /total_reads_processed:(\d+)/.exec(await rig.redis.client.info('stats'))?.[1];
  return {
    calls: Object.fromEntries(calls.map(([, name, count]) => [name, Number(count)])),
    reads: Number(reads),
  };
}

// Where the front reads lists by itself meanwhile, for outages, it is measured once more.
describe('a lookup is one round trip', () => {
  test.each([
    ['a.b.c.com', 1, 1],
    ['*.b.c.com', 2, 1],
    ['other.test', 5, 5],
  ])('with a list under %s: %i lists, and options of %i', async (vhost, lists, options) => {
    const answer = await startAsking();
    await rig.route(vhost, rig.url(1));
    await waitFor('the cost', async () => {
      const { calls, reads } = await costOf(() => answer('a.b.c.com'));
      expect(calls).toMatchObject({ lrange: lists, hgetall: options, smembers: 1 });
      // One of the front, perhaps signs of life of both, the rest of this test's client.
      expect(reads).toBeLessThanOrEqual(6);
    });
  });

  test('and while nothing changes there is no second one', async () => {
    await rig.route('*.b.c.com', rig.url(1));
    await waitFor('the route to be kept', async () => {
      const { calls } = await costOf(async () => {
        for (let i = 0; i < 4; i += 1) expect(await rig.answerer('a.b.c.com')).toBe('B1');
      });
      expect(calls).not.toHaveProperty('smembers');
    });
  });
});

test('another list than the one that answered before is found by the very next lookup', async () => {
  const answer = await startAsking();
  await rig.route('*', rig.url(1));
  for (let n = 0; n < 3; n += 1) {
    expect(await answer('a.b.com')).toContain('"B1"');
    await rig.route('*.b.com', rig.url(2));
    expect(await answer('a.b.com')).toContain('"B2"');
    await rig.route('a.b.com', rig.url(1));
    expect(await answer('a.b.com')).toContain('"B1"');
    await rig.redis.client.del('frontend:a.b.com');
    expect(await answer('a.b.com')).toContain('"B2"');
    await rig.redis.client.del('frontend:*.b.com');
  }
});
