import { describe, expect, test } from 'vitest';
import { timed } from '../parts/budget.ts';
import { openProxiedSystem, REDIS_SILENT } from '../parts/fake-system.ts';
import { aPassLater, metricIs, passesFail, readyIs } from '../parts/looks.ts';
import { scriptsRun } from '../parts/redis-looks.ts';
import { waitFor } from '../parts/wait-for.ts';

/** What the script that writes is sent, and no other request. */
const isApply = (request: string) => request.includes('"v":');

describe('R3: a connection that is cut after the script ran', () => {
  test.each([1, 3])(
    'R3: leaves no duplicate: the outcome is unknown and read again (%i times)',
    async (times) => {
      const { proxy, run, routes, controller, routed } = await openProxiedSystem();
      await routed('before.test');

      for (let lost = 1; lost <= times; lost += 1) {
        proxy.loseNextReply(isApply);
        const { url } = run(`lost-${lost}.test`);
        await routes.becomes(`lost-${lost}.test`, [url]);
      }

      await metricIs(controller, 'autodock_redis_up', 1);
      await aPassLater(controller);
      for (let lost = 1; lost <= times; lost += 1) {
        expect((await routes.read(`lost-${lost}.test`))?.urls).toHaveLength(1);
        expect(Object.values((await routes.claim(`lost-${lost}.test`)) ?? {})).toHaveLength(1);
      }
    },
  );

  test('R3: a removal whose reply is lost is not made twice, and takes no newcomer with it', async () => {
    const { proxy, fake, run, routed, routes } = await openProxiedSystem();
    const old = await routed('swap.test');

    proxy.loseNextReply(isApply);
    fake.world.kill(old.id);
    const fresh = run('swap.test');
    expect(fresh.url).toBe(old.url);

    await waitFor('the claim of the new one', async () => {
      expect(await routes.claim('swap.test')).toEqual({ [fresh.url]: [fresh.id.slice(0, 12)] });
    });
    expect((await routes.read('swap.test'))?.urls).toEqual([fresh.url]);
  });

  test('R3: a reply that is cut in its middle does not count', async () => {
    const { proxy, run, routes, routed, controller } = await openProxiedSystem();
    const kept = await routed('kept.test');
    const watch = routes.watch('kept.test');

    proxy.limit(7);
    const { url } = run('cut.test');
    await routes.becomes('cut.test', [url]);

    await metricIs(controller, 'autodock_redis_up', 1);
    await watch.stop();
    expect(watch.history('kept.test')).toEqual([['kept.test', kept.url]]);
  });
});

describe('R5: a Redis that accepts and does not answer', () => {
  test('R5: fails calls at their deadline, is dropped, and a write that comes late is refused by its epoch', async () => {
    const system = await openProxiedSystem({ env: REDIS_SILENT });
    const { proxy, fake, redis, run, routed, routes, controller } = system;
    const kept = await routed('kept.test');
    const gone = await routed('gone.test');

    // The write of a pass gets stuck on its way.
    proxy.judge((bytes, direction) => {
      if (direction === 'request' && isApply(bytes.toString())) proxy.blackhole(true);
      return 'pass';
    });
    const late = run('late.test');
    await timed('R5', 'the call fails', 2_000, () => passesFail(controller));
    await timed('R5', 'the connection is dropped (after the call)', 2_000, () =>
      metricIs(controller, 'autodock_redis_up', 0),
    );
    expect((await controller.probe('/healthz')).status).toBe(200);
    expect(await readyIs(controller, 503)).toMatch(/does not answer/);
    // Another controller of the same owner comes by a way of its own, and finds that this has changed.
    fake.world.kill(late.id);
    fake.world.kill(gone.id);
    const other = await system.another({ AUTODOCK_REDIS_URL: redis.url });
    await other.waitReady();
    await routes.isGone('gone.test');
    const watch = routes.watch('late.test', 'kept.test');
    proxy.judge(() => 'pass');
    const before = await scriptsRun(redis.client);
    proxy.blackhole(false);
    await waitFor('the late write to be executed', async () => {
      expect(await scriptsRun(redis.client)).toBeGreaterThan(before);
    });

    await timed('R5', 'in sync after it answers again', 6_300, () =>
      metricIs(controller, 'autodock_redis_up', 1),
    );
    await aPassLater(controller);
    await watch.stop();
    expect(watch.history('late.test')).toEqual([null]);
    expect(watch.history('kept.test')).toEqual([['kept.test', kept.url]]);
  });
});
