import { describe, expect, onTestFinished, test } from 'vitest';
import { request, startFront } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '1' } });

describe('a lookup is one round trip, and while nothing changes there is no second one', () => {
  // What belongs to the list that answers is asked for, and of no other. Lookups alone ask for marks and times;
  // for outages, the front reads lists by itself as well.
  test.each(['a.b.c.com', '*.b.c.com'])('with a list under %s', async (vhost) => {
    await rig.redis.client.config('RESETSTAT');
    await rig.route(vhost, rig.url(1));
    await waitFor('the front to have read it', async () =>
      expect(await rig.redis.client.info('commandstats')).toContain('cmdstat_lrange'),
    );
    await rig.redis.client.config('RESETSTAT');
    await rig.answerer('a.b.c.com');
    expect(await calls()).toMatchObject({ smembers: 1, pttl: 2 });
    const reads = /total_reads_processed:(\d+)/.exec(await rig.redis.client.info('stats'))?.[1];
    // One of the front, perhaps its sign of life, the rest of this test's client.
    expect(Number(reads)).toBeLessThanOrEqual(5);
    await rig.redis.client.config('RESETSTAT');
    for (let i = 0; i < 4; i += 1) expect(await rig.answerer('a.b.c.com')).toBe('B1');
    expect(await rig.redis.client.info('commandstats')).not.toContain('cmdstat_smembers');
  });

  test('for a host of which nothing is known, too', async () => {
    await rig.redis.client.config('RESETSTAT');
    expect(await rig.answerer('a.b.d.com')).toBe(404);
    expect(await calls()).toMatchObject({ smembers: 1, pttl: 6 });
  });
});

/** How often each command was run since the statistics were reset. */
async function calls(): Promise<Readonly<Record<string, number>>> {
  const stats = await rig.redis.client.info('commandstats');
  return Object.fromEntries(
    [...stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, count]) => [
      name,
      Number(count),
    ]),
  );
}

test('another list than the one that answered before is found by the very next lookup', async () => {
  const front = await startFront({
    redisSocket: rig.redis.socket,
    env: { FRONT_CACHE: 'off', FRONT_WORKERS: '1' },
  });
  onTestFinished(() => front.stop());
  const answerer = async () => (await request(front.port, 'a.b.com')).body.slice(0, 15);
  await rig.route('*', rig.url(1));
  for (let n = 0; n < 3; n += 1) {
    expect(await answerer()).toContain('"B1"');
    await rig.route('*.b.com', rig.url(2));
    expect(await answerer()).toContain('"B2"');
    await rig.route('a.b.com', rig.url(1));
    expect(await answerer()).toContain('"B1"');
    await rig.redis.client.del('frontend:a.b.com');
    expect(await answerer()).toContain('"B2"');
    await rig.redis.client.del('frontend:*.b.com');
  }
});
