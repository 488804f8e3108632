import { describe, expect, test } from 'vitest';
import type { ContainersAnswer } from '../../src/answers/containers.ts';
import { tellBudget, timed } from '../parts/budget.ts';
import { openFakeSystem } from '../parts/fake-system.ts';
import {
  aPassLater,
  logHas,
  metricIs,
  passesFail,
  passesRest,
  readyIs,
  statusOf,
} from '../parts/looks.ts';
import { slowestScriptMs } from '../parts/redis-looks.ts';
import { waitFor } from '../parts/wait-for.ts';

const FOREIGN = 'http://192.0.2.7:8080';

describe('R10: a Redis that is out of memory', () => {
  test('R10: refuses what grows and still loses what is dead, and takes the rest when there is room', async () => {
    const { fake, redis, run, routed, routes, controller } = await openFakeSystem();
    const gone = await routed('gone.test');
    const old = await routed('swapped.test');
    const kept = await routed('kept.test');

    await redis.client.config('SET', 'maxmemory', '1mb');
    fake.world.kill(gone.id);
    fake.world.stop(old.id);
    const added = run('added.test');
    const fresh = run('swapped.test', { ipv4: '10.1.9.9' });
    await passesFail(controller, /out of memory .*removals are made, \d+ vhosts? lack/);

    await routes.isGone('gone.test');
    await waitFor('the dead one of the swap to go', async () => {
      expect((await routes.read('swapped.test'))?.urls ?? []).not.toContain(old.url);
    });
    expect(await routes.read('added.test')).toBeNull();
    expect((await routes.read('kept.test'))?.urls).toEqual([kept.url]);
    expect(
      (await controller.metrics()).value('autodock_reconcile_total', { result: 'failed' }),
    ).toBeGreaterThan(0);
    await redis.client.config('SET', 'maxmemory', '0');

    await timed('R10', 'right after there is room', 30_000, async () => {
      await routes.becomes('added.test', [added.url]);
      await routes.becomes('swapped.test', [fresh.url]);
    });
  });
});

describe('R12: a value of another type', () => {
  test('R12: at frontend:h costs that vhost alone and is named, with its key', async () => {
    const { redis, run, routed, routes, controller } = await openFakeSystem();
    await redis.client.set('frontend:wrong.test', 'a string');

    const { url } = run('wrong.test');
    await routed('beside.test');
    await waitFor('the fault', async () => {
      const { faults } = await statusOf(controller);
      expect(faults).toMatchObject([{ vhost: 'wrong.test', key: 'frontend:wrong.test' }]);
      expect(faults[0]?.problem).toContain('string');
    });
    expect(await redis.client.get('frontend:wrong.test')).toBe('a string');
    await logHas(controller, 'Vhosts are left alone');
    await redis.client.del('frontend:wrong.test');

    await routes.becomes('wrong.test', [url]);
    // The pass that wrote it may not have ended.
    await waitFor('the fault to be over', async () => {
      expect((await statusOf(controller)).faults).toEqual([]);
    });
  });

  test('R12: at dead:h leaves those marks alone, and the list is changed all the same', async () => {
    const { redis, run, routed, routes } = await openFakeSystem();
    const first = await routed('marked.test');
    await redis.client.set('dead:marked.test', 'a string');

    const { url } = run('marked.test');
    await routes.becomes('marked.test', [first.url, url]);

    expect(await redis.client.get('dead:marked.test')).toBe('a string');
  });
});

describe('what was lost or edited', () => {
  test('R13: a Redis that has forgotten the scripts is told them again, in the same pass', async () => {
    const { redis, routed, controller } = await openFakeSystem();
    await routed('before.test');

    for (const host of ['one.test', 'two.test']) {
      await redis.client.script('FLUSH');
      await routed(host);
    }

    await metricIs(controller, 'autodock_reconcile_total', 0, { result: 'failed' });
  });

  test('R17: what a torn append-only file leaves, claimed but not listed, is added again or released', async () => {
    const { redis, routed, routes, controller, fake } = await openFakeSystem();
    const { url } = await routed('torn.test');
    const gone = await routed('gone.test');
    const { owner } = await statusOf(controller);
    await controller.end();

    await redis.client.del('frontend:torn.test', 'frontend:gone.test');
    fake.world.kill(gone.id);
    await redis.client.hset(
      `autodock:owner:${owner}`,
      'never.test',
      JSON.stringify({ [FOREIGN]: ['0123456789ab'] }),
    );
    await controller.restart();
    await controller.waitReady();

    expect((await routes.read('torn.test'))?.urls).toEqual([url]);
    for (const host of ['gone.test', 'never.test']) {
      expect(await routes.claim(host)).toBeNull();
      expect(await routes.read(host)).toBeNull();
    }
  });

  test('R18: after FLUSHDB, and after the claims alone were deleted, all is claimed again and the rest is foreign', async () => {
    const { redis, routed, routes, controller } = await openFakeSystem();
    const { url, id } = await routed('claimed.test');
    await redis.client.rpush('frontend:claimed.test', FOREIGN);
    const { owner } = await statusOf(controller);
    const claimIsBack = () =>
      waitFor('the claim', async () => {
        expect(await routes.claim('claimed.test')).toEqual({ [url]: [id.slice(0, 12)] });
      });

    await redis.client.del(`autodock:owner:${owner}`);
    await claimIsBack();
    expect((await routes.read('claimed.test'))?.urls).toEqual([url, FOREIGN]);
    await metricIs(controller, 'autodock_routes', 1, { owner: 'self' });
    await metricIs(controller, 'autodock_routes', 1, { owner: 'foreign' });

    await redis.client.flushdb();
    await claimIsBack();
    await timed('R18', 'made again (resync here 1 s)', 1_500, () =>
      routes.becomes('claimed.test', [url]),
    );
    await metricIs(controller, 'autodock_routes', 0, { owner: 'foreign' });
  });

  test('R18: after FLUSHDB all is written again within a second, long before the next resync', async () => {
    const { redis, routed, routes, controller } = await openFakeSystem({
      env: { AUTODOCK_RESYNC_INTERVAL: '1h' },
    });
    const { url } = await routed('emptied.test');
    await passesRest(controller);

    await redis.client.flushdb();

    await timed('R18', 'written again', 1_000, () => routes.becomes('emptied.test', [url]));
  });

  test('R19: in a list edited by hand ours are restored, what is foreign and the identifier stay', async () => {
    const { redis, routed, routes, controller } = await openFakeSystem();
    const { url } = await routed('edited.test');

    await redis.client
      .multi()
      .del('frontend:edited.test')
      .rpush('frontend:edited.test', 'by hand', FOREIGN, 'http://192.0.2.8', FOREIGN)
      .exec();

    const route = await routes.becomes('edited.test', [FOREIGN, 'http://192.0.2.8', FOREIGN, url]);
    expect(route).toEqual({
      identifier: 'by hand',
      urls: [FOREIGN, 'http://192.0.2.8', FOREIGN, url],
    });
    await readyIs(controller, 200);
  });
});

describe('R21: a crowd in one list', () => {
  test('R21: of 1,100 containers of one vhost 1,000 are routed, beside 5,000 foreign ones, and the rest is told', async () => {
    const { redis, controller } = await openFakeSystem({
      env: { AUTODOCK_DOCKER_TIMEOUT: '30s' },
      redis: { args: ['--slowlog-log-slower-than', '1000', '--slowlog-max-len', '1000'] },
      before: async (fake, redis) => {
        const foreign = Array.from(
          { length: 5_000 },
          (_, n) => `http://198.51.${n >> 8}.${n & 255}:80`,
        );
        await redis.client.rpush('frontend:crowd.test', 'theirs', ...foreign);
        for (let n = 0; n < 1_100; n += 1) {
          fake.world.start(fake.world.create({ env: ['VIRTUALHOST=crowd.test'] }));
        }
      },
    });
    await waitFor('the list', async () =>
      expect(await redis.client.llen('frontend:crowd.test')).toBe(6_001),
    );
    await aPassLater(controller);
    expect(await redis.client.llen('frontend:crowd.test')).toBe(6_001);
    const { containers } = await controller.api<ContainersAnswer>('containers');
    const rejected = containers.filter(({ verdict }) => verdict === 'limit');
    expect(rejected).toHaveLength(100);
    expect(rejected[0]?.rejections[0]?.detail).toContain('1000');
    tellBudget('R21', 'the slowest script of all', 5, await slowestScriptMs(redis.client));
  });
});
