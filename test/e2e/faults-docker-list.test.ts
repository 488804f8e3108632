import { describe, expect, test } from 'vitest';
import { timed } from '../parts/budget.ts';
import { DOCKER_SILENT, openFakeSystem } from '../parts/fake-system.ts';
import { endOf, metricIs, statusOf, verdictOn } from '../parts/looks.ts';
import { staysFor, waitFor } from '../parts/wait-for.ts';

describe('a list that lags', () => {
  test('D1: a dead container goes once the list says so, however late that is', async () => {
    const { fake, routed, routes } = await openFakeSystem();
    const { id, url } = await routed('dying.test');

    fake.lag([id]);
    fake.world.exit(id);
    await staysFor(300, async () => {
      expect((await routes.read('dying.test'))?.urls).toEqual([url]);
    });
    fake.catchUp();

    await timed('D1', 'gone after the list is right', 1_000, () => routes.isGone('dying.test'));
  });

  test('D2: of 200 that go at once all are gone when the list says so, and new ones are routed meanwhile', async () => {
    const { fake, run, routes } = await openFakeSystem({
      env: { AUTODOCK_GUARD_CONFIRM_AFTER: '1s' },
    });
    const hosts = Array.from({ length: 200 }, (_, index) => `crowd-${index}.test`);
    const crowd = hosts.map((host) => ({ host, ...run(host) }));
    for (const { host, url } of crowd) await routes.becomes(host, [url]);

    fake.lag(crowd.map(({ id }) => id));
    for (const { id } of crowd) {
      fake.fail('inspect', { kind: 'hang' }, { id });
      fake.world.kill(id);
    }
    const comers = Array.from({ length: 30 }, (_, index) => `newcomer-${index}.test`);
    await timed('D2', 'thirty new ones routed in the storm', 2_000, async () => {
      // Ten at a time: the later ones come while confirmations of the dead hang already.
      for (let from = 0; from < comers.length; from += 10) {
        const made = comers.slice(from, from + 10).map((host) => ({ host, ...run(host) }));
        // Each has the address of a dead one that the list still shows.
        expect(crowd.map(({ url }) => url)).toContain(made[0]?.url);
        for (const { host, url } of made) await routes.becomes(host, [url]);
      }
    });
    fake.catchUp();

    await timed('D2', 'all gone after the list is right (guard: +1 s)', 2_000, async () => {
      for (const host of hosts) await routes.isGone(host);
    });
    for (const host of comers) expect((await routes.read(host))?.urls).toHaveLength(1);
  });

  test('D3: one that dies and comes back within the lag has its new address, and no other host flaps', async () => {
    const { fake, run, routed, routes } = await openFakeSystem();
    const steady = await routed('steady.test');
    const crashing = await routed('crashing.test');
    const watch = routes.watch('steady.test');

    fake.lag([crashing.id]);
    fake.world.stop(crashing.id);
    const squatter = run('squatter.test');
    expect(squatter.url).toBe(crashing.url);
    fake.world.start(crashing.id);
    fake.catchUp();
    const address = fake.world.containers.get(crashing.id)?.endpoints.get('bridge')?.ipv4;
    expect(`http://${address}:80`).not.toBe(crashing.url);

    await timed('D3', 'new address after the list is right', 1_000, () =>
      routes.becomes('crashing.test', [`http://${address}:80`]),
    );
    await routes.becomes('squatter.test', [squatter.url]);
    await watch.stop();
    expect(watch.history('steady.test')).toEqual([['steady.test', steady.url]]);
  });

  test('D3: a crash loop ends with the route of whoever runs, and no other host flaps', async () => {
    const { fake, routed, routes } = await openFakeSystem();
    const steady = await routed('steady.test');
    const { id, url } = await routed('looping.test');
    const watch = routes.watch('steady.test');

    for (let crash = 0; crash < 5; crash += 1) {
      fake.world.exit(id, true);
      await routes.isHeld('looping.test');
      fake.world.start(id);
      await routes.becomes('looping.test', [url]);
    }

    await watch.stop();
    expect(watch.history('steady.test')).toEqual([['steady.test', steady.url]]);
  });

  test('D15: a container that the list shows and an inspection denies is gone', async () => {
    const { fake, run, routed, routes, controller } = await openFakeSystem();
    const known = await routed('known.test');
    await routed('ghost.test');
    const [ghost] = [...fake.world.containers.keys()].slice(-1);
    await controller.end('SIGKILL');
    // `--rm`: removed, and the list has not heard of it. A fresh controller knows nothing of it.
    fake.lag([ghost ?? '']);
    fake.world.remove(ghost ?? '');
    run('new-ghost.test');
    await controller.restart();

    await routes.isGone('ghost.test');
    expect((await routes.read('known.test'))?.urls).toEqual([known.url]);
  });

  test('D27: of two containers with one address, the one that really runs is routed', async () => {
    const { fake, run, routed, routes, controller } = await openFakeSystem();
    const stale = await routed('stale.test');

    fake.lag([stale.id]);
    fake.world.exit(stale.id);
    const fresh = run('fresh.test');
    expect(fresh.url).toBe(stale.url);

    await routes.becomes('fresh.test', [fresh.url]);
    await routes.isGone('stale.test');
    await verdictOn(controller, stale.id, 'stale-address');
  });

  test('D27: while no inspection confirms either of the two, nothing changes', async () => {
    const { fake, run, routed, routes, controller } = await openFakeSystem({ env: DOCKER_SILENT });
    const stale = await routed('stale.test');
    fake.fail('inspect', { kind: 'hang' });

    fake.lag([stale.id]);
    fake.world.exit(stale.id);
    run('fresh.test');
    await metricIs(controller, 'autodock_containers', 2, { verdict: 'unknown' });

    expect((await routes.read('stale.test'))?.urls).toEqual([stale.url]);
    expect(await routes.read('fresh.test')).toBeNull();
  });
});

describe('the guard', () => {
  test('D16: a list that suddenly lacks most containers is refused at first, and applied when it stays', async () => {
    const { fake, routed, routes, controller } = await openFakeSystem({
      env: { AUTODOCK_GUARD_CONFIRM_AFTER: '3s' },
    });
    const hosts = Array.from({ length: 20 }, (_, index) => `guarded-${index}.test`);
    for (const host of hosts) await routed(host);

    fake.fail('list', { kind: 'body', body: '[]' });
    fake.world.exit(fake.world.create());

    await waitFor('the refusal', async () => {
      const { guard } = await statusOf(controller);
      expect(guard?.refusing).toBe(true);
      expect(guard?.vhosts.length).toBeGreaterThanOrEqual(20);
    });
    expect((await routes.read(hosts[0] ?? ''))?.urls).toHaveLength(1);
    expect((await controller.probe('/readyz')).status).toBe(200);
    const metrics = await controller.metrics();
    expect(metrics.value('autodock_reconcile_total', { result: 'refused' })).toBeGreaterThan(0);
    for (const host of hosts) await routes.isGone(host);
    await waitFor('the refusal to be over', async () => {
      expect((await statusOf(controller)).guard?.refusing ?? false).toBe(false);
    });
  });

  test('D16, O4: another ID while running ends the controller with both named, and nothing is taken', async () => {
    const { fake, routed, routes, controller } = await openFakeSystem({
      docker: { id: 'OLD:ENGINE' },
    });
    const { url } = await routed('mine.test');

    fake.identify('NEW:ENGINE', 'other');
    fake.events.cut('end');

    expect(await endOf(controller)).toBe(1);
    expect(controller.output()).toContain('OLD:ENGINE');
    expect(controller.output()).toContain('NEW:ENGINE');
    expect((await routes.read('mine.test'))?.urls).toEqual([url]);
  });
});
