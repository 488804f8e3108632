import { domainToASCII } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFakeDocker } from '../fakes/docker-daemon.ts';
import type { Fault } from '../fakes/faults.ts';
import { ENGINE_VERSIONS } from '../fakes/recorded.ts';
import type { ContainersAnswer, StatusAnswer } from '../parts/api.ts';
import type { Controller } from '../parts/controller.ts';
import { openFakeSystem, runSimulated } from '../parts/fake-system.ts';
import { staysFor, waitFor, waitUntil } from '../parts/wait-for.ts';

/** The rows D1 to D28 of the fault table that need an engine which fails on purpose. */

function status(controller: Controller): Promise<StatusAnswer> {
  return controller.api<StatusAnswer>('status');
}

function metricIs(
  controller: Controller,
  name: string,
  value: number,
  labels?: Readonly<Record<string, string>>,
): Promise<void> {
  return waitFor(`${name} to be ${value}`, async () => {
    expect((await controller.metrics()).value(name, labels)).toBe(value);
  });
}

function passesFail(controller: Controller): Promise<void> {
  return waitFor('a pass to fail', async () => {
    expect((await status(controller)).lastPass?.result).toBe('failed');
  });
}

describe.each([...ENGINE_VERSIONS])('on a %s', (engine) => {
  test('a container is routed by its health, whether the list tells it or not', async () => {
    const system = await openFakeSystem({ docker: { engine } });
    const plain = system.run('plain.test');
    const checked = system.run('checked.test', { health: 'starting' });
    await system.routes.becomes('plain.test', [plain.url]);
    await system.routes.isHeld('checked.test');

    system.fake.world.setHealth(checked.id, 'healthy');
    await system.routes.becomes('checked.test', [checked.url]);

    system.fake.world.setHealth(checked.id, 'unhealthy');
    await system.routes.isHeld('checked.test');
  });

  test('two requests and no inspection are all that a pass costs when nothing changes', async () => {
    const system = await openFakeSystem({ docker: { engine } });
    const { url } = system.run('steady.test');
    await system.routes.becomes('steady.test', [url]);
    const count = () => ({
      list: system.fake.count('list'),
      health: system.fake.count('health'),
      inspect: system.fake.count('inspect'),
    });
    const before = { ...count(), passes: (await status(system.controller)).passes };

    await waitUntil('more passes', async () => {
      return (await status(system.controller)).passes > before.passes + 3;
    });

    const after = { ...count(), passes: (await status(system.controller)).passes };
    expect(after.inspect).toBe(before.inspect);
    // One more may be under way at either look.
    const passes = after.passes - before.passes + 1;
    expect(after.list - before.list).toBeLessThanOrEqual(passes);
    expect(after.health - before.health).toBeLessThanOrEqual(engine === '29.7' ? 0 : passes);
  });
});

describe('a list that lags', () => {
  test('D1: a dead container goes once the list says so, however late that is', async () => {
    const { fake, run, routes } = await openFakeSystem();
    const { id, url } = run('dying.test');
    await routes.becomes('dying.test', [url]);

    fake.lag([id]);
    fake.world.kill(id);
    await staysFor(300, async () => {
      expect((await routes.read('dying.test'))?.urls).toEqual([url]);
    });
    fake.catchUp();

    await routes.isGone('dying.test');
  });

  test('D15: a container that the list shows and an inspection denies is gone', async () => {
    const { fake, run, routes } = await openFakeSystem();
    const known = run('known.test');
    await routes.becomes('known.test', [known.url]);
    fake.fail('inspect', { kind: 'status', status: 404, message: 'No such container' });

    run('ghost.test');
    run('ghost-too.test');

    await staysFor(500, async () => expect(await routes.read('ghost.test')).toBeNull());
    expect((await routes.read('known.test'))?.urls).toEqual([known.url]);
  });

  test('D27: of two containers with one address, the one that really runs is routed', async () => {
    const { fake, run, routes, controller } = await openFakeSystem();
    const stale = run('stale.test');
    await routes.becomes('stale.test', [stale.url]);

    fake.lag([stale.id]);
    fake.world.kill(stale.id);
    const fresh = run('fresh.test');
    expect(fresh.url).toBe(stale.url);

    await routes.becomes('fresh.test', [fresh.url]);
    await routes.isGone('stale.test');
    const { containers } = await controller.api<ContainersAnswer>('containers');
    expect(containers.find(({ id }) => id === stale.id)?.verdict).toBe('stale-address');
  });
});

describe('unknown is not empty', () => {
  const MALFORMED: readonly (readonly [string, Fault])[] = [
    ['an empty body', { kind: 'body', body: '' }],
    ['null', { kind: 'body', body: 'null' }],
    ['an object', { kind: 'body', body: '{}' }],
    ['HTML', { kind: 'body', body: '<html></html>' }],
    ['a list without ids', { kind: 'body', body: '[{}]' }],
    ['a body that is cut', { kind: 'truncate' }],
    ['a body that stalls', { kind: 'stall' }],
    ['no answer', { kind: 'hang' }],
    ['500', { kind: 'status', status: 500, message: 'oops' }],
  ];

  test.each(MALFORMED)('D11 to D13: a list that is %s changes nothing', async (_title, fault) => {
    const { fake, run, routes, controller } = await openFakeSystem();
    const kept = run('kept.test');
    await routes.becomes('kept.test', [kept.url]);
    const watch = routes.watch('kept.test');

    fake.fail('list', fault);
    const late = run('late.test');
    await passesFail(controller);
    expect(await routes.read('late.test')).toBeNull();
    fake.heal();

    await routes.becomes('late.test', [late.url]);
    await metricIs(controller, 'autodock_docker_up', 1);
    await watch.stop();
    expect(watch.history('kept.test')).toEqual([['kept.test', kept.url]]);
  });

  test('an engine that answers pings and no lists is down for as long as that lasts', async () => {
    const { fake, controller } = await openFakeSystem();
    fake.fail('list', { kind: 'body', body: 'null' });
    await passesFail(controller);

    await staysFor(1_000, async () => {
      const metrics = await controller.metrics();
      expect(metrics.value('autodock_docker_up')).toBe(0);
    });
    const { docker } = await status(controller);
    expect(docker).toMatchObject({
      up: false,
      error: expect.stringContaining('malformed') as string,
    });
    fake.heal();
    await metricIs(controller, 'autodock_docker_up', 1);
  });

  test('a health list that fails routes nobody who may be starting', async () => {
    const { fake, run, routes, controller } = await openFakeSystem();
    fake.fail('health', { kind: 'status', status: 500, message: 'oops' });

    run('unsure.test', { health: 'starting' });

    await passesFail(controller);
    expect(await routes.read('unsure.test')).toBeNull();
  });

  test('D14: of a container whose inspection hangs nothing goes and nothing comes, others go on', async () => {
    const { fake, run, routes, controller } = await openFakeSystem();
    const claimed = run('claimed.test');
    await routes.becomes('claimed.test', [claimed.url]);
    await controller.end('SIGKILL');

    fake.fail('inspect', { kind: 'hang' }, { id: claimed.id });
    const other = run('other.test');
    await controller.restart();
    await controller.waitReady();

    await routes.becomes('other.test', [other.url]);
    expect((await routes.read('claimed.test'))?.urls).toEqual([claimed.url]);
    const name = fake.world.containers.get(claimed.id)?.name;
    await waitFor('its name in the status', async () => {
      expect((await status(controller)).unknown).toContain(name);
    });
    fake.heal();
    await waitFor('no name in the status', async () => {
      expect((await status(controller)).unknown).toEqual([]);
    });
    expect((await routes.read('claimed.test'))?.urls).toEqual([claimed.url]);
  });

  test('one line of the list that cannot be read leaves the others alone', async () => {
    const { fake, run, routes } = await openFakeSystem();
    const first = run('first.test');
    const second = run('second.test');
    await routes.becomes('first.test', [first.url]);
    await routes.becomes('second.test', [second.url]);
    const broken = { Id: first.id, State: 17, Names: null };
    fake.fail('list', { kind: 'body', body: JSON.stringify([broken]) });

    await routes.isGone('second.test');

    expect((await routes.read('first.test'))?.urls).toEqual([first.url]);
  });
});

describe('the event stream', () => {
  test.each(['end', 'reset'] as const)('D5: is opened again after its %s', async (how) => {
    const { fake, run, routes } = await openFakeSystem({ env: { AUTODOCK_RESYNC_INTERVAL: '5m' } });
    await waitUntil('the stream', () => fake.events.size === 1);
    const opened = fake.count('events');

    fake.events.cut(how);
    await waitUntil(
      'another stream',
      () => fake.count('events') > opened && fake.events.size === 1,
    );

    // No resync will help here: the new stream does.
    const { url } = run('after.test');
    await routes.becomes('after.test', [url]);
  });

  test('D18: is understood byte by byte, and a broken line costs that line alone', async () => {
    const { fake, run, routes, controller } = await openFakeSystem({
      env: { AUTODOCK_RESYNC_INTERVAL: '5m' },
    });
    await waitUntil('the stream', () => fake.events.size === 1);
    fake.events.chunk('bytes');
    fake.events.emitRaw('{"Type":"container","Action":\n\n[]\nnull\n');

    const { url } = run('ünïcode.test', { labels: { note: 'Ünïcödé ✓' } });

    await routes.becomes(domainToASCII('ünïcode.test'), [url]);
    await metricIs(controller, 'autodock_docker_event_stream_up', 1);
  });

  test('D19: a storm makes few passes', async () => {
    const { fake, run, routes, controller } = await openFakeSystem();
    const { id, url } = run('stormy.test');
    await routes.becomes('stormy.test', [url]);
    const before = (await status(controller)).passes;
    const began = performance.now();

    for (let burst = 0; burst < 50; burst += 1) {
      for (let event = 0; event < 200; event += 1) {
        fake.events.emit({ type: 'container', action: 'update', actor: id, attributes: {} });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await waitFor('the controller to answer', () => status(controller));

    const passes = (await status(controller)).passes - before;
    const most = (performance.now() - began) / 50 + 2;
    expect(passes).toBeGreaterThan(0);
    expect(passes).toBeLessThan(most);
  });
});

describe('the guard', () => {
  test('D16: a list that suddenly lacks most containers is refused at first, and applied when it stays', async () => {
    const { fake, run, routes, controller } = await openFakeSystem({
      env: { AUTODOCK_GUARD_CONFIRM_AFTER: '3s' },
    });
    const hosts = Array.from({ length: 20 }, (_, index) => `guarded-${index}.test`);
    for (const host of hosts) await routes.becomes(host, [run(host).url]);

    fake.fail('list', { kind: 'body', body: '[]' });
    const kept = run('anyway.test');
    fake.heal('list');
    await routes.becomes('anyway.test', [kept.url]);
    fake.fail('list', { kind: 'body', body: '[]' });

    await waitFor('the refusal', async () => {
      const { guard } = await status(controller);
      expect(guard?.refusing).toBe(true);
      expect(guard?.vhosts.length).toBeGreaterThanOrEqual(20);
    });
    expect((await routes.read(hosts[0] ?? ''))?.urls).toHaveLength(1);
    expect((await controller.probe('/readyz')).status).toBe(200);
    const metrics = await controller.metrics();
    expect(metrics.value('autodock_reconcile_total', { result: 'refused' })).toBeGreaterThan(0);
    for (const host of hosts) await routes.isGone(host);
    expect((await status(controller)).guard?.refusing ?? false).toBe(false);
  });
});

describe('which engine it is', () => {
  test('D16: another ID while running ends the controller with both named, and nothing is taken', async () => {
    const { fake, run, routes, controller } = await openFakeSystem({
      docker: { id: 'OLD:ENGINE' },
    });
    const { url } = run('mine.test');
    await routes.becomes('mine.test', [url]);

    fake.identify('NEW:ENGINE', 'other');
    fake.events.cut('end');

    expect(await ended(controller)).toBe(1);
    expect(controller.output()).toContain('OLD:ENGINE');
    expect(controller.output()).toContain('NEW:ENGINE');
    expect((await routes.read('mine.test'))?.urls).toEqual([url]);
  });

  test.each([
    ['too old', ['1.40', '1.12']],
    ['too new', ['1.70', '1.60']],
  ] as const)('D17: an engine that is %s is one error with both ranges', async (_title, api) => {
    const { controller } = await openFakeSystem({ docker: { api }, ready: false });

    const { text } = await waitFor('the reason', async () => {
      const probe = await controller.probe('/readyz');
      expect(probe.text).toContain(api[0]);
      return probe;
    });

    expect(text).toContain('1.41');
  });

  test('two engines under one owner: the second writes nothing and names both', async () => {
    const system = await openFakeSystem({
      docker: { id: 'ENGINE:ONE', name: 'one' },
      env: { AUTODOCK_OWNER: 'shared' },
    });
    const { url } = system.run('first.test');
    await system.routes.becomes('first.test', [url]);
    const clone = await startFakeDocker({ id: 'ENGINE:TWO', name: 'two' });
    onTestFinished(clone.close);
    runSimulated(clone, 'second.test');

    const second = await system.another({}, clone);

    await waitFor('both names', async () => {
      const { text } = await second.probe('/readyz');
      expect(text).toContain('ENGINE:ONE');
      expect(text).toContain('ENGINE:TWO');
    });
    expect(await system.routes.read('second.test')).toBeNull();
    expect((await system.routes.read('first.test'))?.urls).toEqual([url]);
  });
});

describe('several controllers', () => {
  test('P3: two of one engine agree, and no list flaps', async () => {
    const system = await openFakeSystem();
    await (await system.another()).waitReady();
    const steady = system.run('steady.test');
    await system.routes.becomes('steady.test', [steady.url]);
    const watch = system.routes.watch('steady.test');

    for (let round = 0; round < 10; round += 1) {
      const host = `round-${round}.test`;
      const { id, url } = system.run(host);
      await system.routes.becomes(host, [url]);
      system.fake.world.kill(id);
      await system.routes.isGone(host);
    }

    await watch.stop();
    expect(watch.history('steady.test')).toEqual([['steady.test', steady.url]]);
    expect(await system.redis.client.zcard('autodock:owners')).toBe(1);
  });

  test('O1, O2: owners on one Redis share a vhost, and what one withdraws leaves the other’s', async () => {
    const system = await openFakeSystem({ env: { AUTODOCK_OWNER: 'one' } });
    const other = await startFakeDocker({ id: 'OTHER:ENGINE' });
    onTestFinished(other.close);
    const second = await system.another({ AUTODOCK_OWNER: 'two' }, other);
    await second.waitReady();
    const mine = system.run('both.test');
    const theirs = runSimulated(other, 'both.test');
    // Two hosts whose bridges overlap: the same URL on both.
    expect(theirs.url).toBe(mine.url);
    await system.routes.becomes('both.test', [mine.url, theirs.url]);

    system.fake.world.kill(mine.id);
    await system.routes.becomes('both.test', [theirs.url]);

    other.world.kill(theirs.id);
    await system.routes.isGone('both.test');
  });
});

describe('addresses', () => {
  test('D26: a container with IPv6 alone is reached in brackets', async () => {
    const { run, routes } = await openFakeSystem();

    run('six.test', { ipv4: '', ipv6: 'fd00::2' });

    await routes.becomes('six.test', ['http://[fd00::2]:80']);
  });

  test('D26: a container without any address gets no route', async () => {
    const { run, routes, controller } = await openFakeSystem();

    const { id } = run('nowhere.test', { ipv4: '' });

    await waitFor('the verdict', async () => {
      const { containers } = await controller.api<ContainersAnswer>('containers');
      expect(containers.find((container) => container.id === id)?.verdict).toBe('no-address');
    });
    expect(await routes.read('nowhere.test')).toBeNull();
  });

  test('I10: an environment that is null asks for nothing', async () => {
    const { run, routes, controller } = await openFakeSystem();
    const { url } = run('fine.test');

    run('', { env: null });

    await routes.becomes('fine.test', [url]);
    expect((await controller.probe('/readyz')).status).toBe(200);
  });
});

/** Waits until the controller has ended by itself, and returns its exit code. */
async function ended(controller: Controller): Promise<number | null> {
  await waitFor('the controller to end', async () => {
    const answers = await controller.probe('/healthz').then(
      () => true,
      () => false,
    );
    expect(answers).toBe(false);
  });
  return controller.end();
}
