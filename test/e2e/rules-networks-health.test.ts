import { describe, expect } from 'vitest';
import { urlOf } from '../parts/routes.ts';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

/** The port that stands for the front in tests of loops. Nothing listens there. */
const FRONT = '127.0.0.1:47999';
const test = systemTest({ env: { AUTODOCK_FRONT_ADDRESSES: FRONT } });

describe('networks', () => {
  test('the network of the label is used, and of a container that is not on it none', async ({
    system,
  }) => {
    const network = await system.docker.network();
    const host = system.host('network');
    const labels = { 'autodock.network': network.name };
    const container = await system.run(host, { labels });
    await verdictOf(system, container, 'no-address');

    await network.connect(container);

    await system.routes.becomes(host, [await system.url(container, 80, network.name)]);
    await frontAnswers(system, host, 200, container.answer());
  });

  test('D25: bridge goes before other networks, and a connect or disconnect elsewhere changes nothing', async ({
    system,
  }) => {
    const network = await system.docker.network();
    const host = system.host('bridge-first');
    const container = await system.run(host);
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);
    const watch = system.routes.watch(host);

    await network.connect(container);
    await system.controller.reconcile();
    await network.disconnect(container);
    await system.controller.reconcile();

    await watch.stop();
    expect(watch.history(host)).toEqual([[host, url]]);
  });

  test('a container stays on the network that it was started on when one is connected that sorts earlier', async ({
    system,
  }) => {
    const own = await system.docker.network({ prefix: 'z' });
    const earlier = await system.docker.network({ prefix: 'a' });
    const host = system.host('stays');
    const container = await system.run(host, { network: own.name });
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);
    const watch = system.routes.watch(host);

    await earlier.connect(container);
    await system.controller.reconcile();

    await watch.stop();
    expect(watch.history(host)).toEqual([[host, url]]);
  });

  test('an address on macvlan is not a backend, unless a label names the network', async ({
    system,
  }) => {
    const lan = await system.docker.network({ prefix: 'a', driver: 'macvlan' });
    const web = await system.docker.network({ prefix: 'z' });
    const host = system.host('macvlan');
    const container = await system.run(host, { network: lan.name });
    const { rejections } = await verdictOf(system, container, 'unreachable-network');
    expect(rejections[0]?.detail).toContain(`${lan.name} (a macvlan network`);
    expect(await system.routes.read(host)).toBeNull();

    await web.connect(container);
    await system.routes.becomes(host, [await system.url(container, 80, web.name)]);
    await frontAnswers(system, host, 200, container.answer());

    const named = system.host('macvlan-named');
    const labels = { 'autodock.network': lan.name };
    const other = await system.run(named, { network: lan.name, labels });
    await system.routes.becomes(named, [await system.url(other, 80, lan.name)]);
  });

  test('D25: a container that leaves its only network loses its route', async ({ system }) => {
    const network = await system.docker.network();
    const host = system.host('leaves');
    const container = await system.run(host, { network: network.name });
    await system.routes.becomes(host, [await system.url(container)]);

    await network.disconnect(container);

    await system.routes.isGone(host);
    await verdictOf(system, container, 'no-address');
  });

  test('D26: a container on the host network is reached at the host address', async ({
    system,
  }) => {
    const host = system.host('host-mode');
    await system.run(host, {
      network: 'host',
      image: 'bare',
      expose: ['47998/tcp'],
      listen: [47998],
    });

    await system.routes.becomes(host, [urlOf('127.0.0.1', 47998)]);
  });

  test('D26: a container that joins another one is reached at its address', async ({ system }) => {
    const base = await system.run(null, { listen: [81] });
    const host = system.host('joined');
    const joined = await system.run(host, { network: `container:${base.id}` });

    await system.routes.becomes(host, [await system.url(base)]);
    await frontAnswers(system, host, 200, joined.answer());
  });

  test('D26: a container without a network is told that it has none', async ({ system }) => {
    const container = await system.run(system.host('none'), { network: 'none' });

    const { rejections } = await verdictOf(system, container, 'no-address');

    expect(rejections[0]?.detail).toContain('none');
  });

  test('S7: a route to the front itself is a loop', async ({ system }) => {
    const host = system.host('loop');
    const port = Number(FRONT.split(':')[1]);
    const container = await system.run(host, {
      network: 'host',
      image: 'bare',
      expose: [`${port}/tcp`],
      command: ['/bin/sleep', '1000'],
    });

    await verdictOf(system, container, 'loop');
    expect(await system.routes.read(host)).toBeNull();
  });
});

describe('health', () => {
  test('a container with a HEALTHCHECK is routed only while it is healthy, and held meanwhile', async ({
    system,
  }) => {
    const host = system.host('checked');
    const container = await system.run(host, { image: 'health' });
    // Retries 1: what does not exist yet makes it unhealthy at the first probe.
    await verdictOf(system, container, 'unhealthy');
    await system.routes.isHeld(host);
    await frontAnswers(system, host, 503);

    await container.exec('touch', '/healthy');
    await system.routes.becomes(host, [await system.url(container)]);
    await frontAnswers(system, host, 200, container.answer());

    await container.exec('rm', '/healthy');
    await system.routes.isHeld(host);
  });

  test('a container whose HEALTHCHECK has not spoken yet is held as starting', async ({
    system,
  }) => {
    const host = system.host('starting');
    const slow = { Test: ['CMD-SHELL', 'sleep 1000'], Interval: 1e6, StartPeriod: 3600e9 };
    const container = await system.run(host, { healthcheck: slow });

    await verdictOf(system, container, 'starting');
    await system.routes.isHeld(host);
  });

  test('a container that is probed first in minutes is told when, and how to be probed sooner', async ({
    system,
  }) => {
    const healthcheck = { Test: ['CMD-SHELL', 'true'], Interval: 300e9 };
    const container = await system.run(system.host('late-probe'), { healthcheck });

    const { rejections } = await verdictOf(system, container, 'starting');

    expect(rejections[0]?.detail).toContain('probed first 5 min after its start');
    expect(rejections[0]?.remedy).toContain('start_interval');
  });

  test('a container that was healthy is routed as soon as it is unpaused, whatever the engine says until its next probe', async ({
    system,
  }) => {
    const host = system.host('unpaused');
    // The first probe succeeds, and the second never ends.
    const once = { Test: ['CMD-SHELL', 'test -e /once && exec sleep 1000; touch /once'] };
    const healthcheck = { ...once, Interval: 1e9, Timeout: 3600e9, Retries: 1 };
    const container = await system.run(host, { healthcheck });
    const url = await system.url(container);
    await system.routes.becomes(host, [url]);
    await container.pause();
    await system.routes.isHeld(host);

    await container.unpause();

    await system.routes.becomes(host, [url]);
    const { State } = await system.docker.engine.getContainer(container.id).inspect();
    expect(State.Health?.Status).toBe('unhealthy');
    await verdictOf(system, container, 'routed');
  });

  test('autodock.health=ignore routes it whatever its HEALTHCHECK says', async ({ system }) => {
    const host = system.host('ignored');
    const labels = { 'autodock.health': 'ignore' };
    const container = await system.run(host, { image: 'health', labels });

    await system.routes.becomes(host, [await system.url(container)]);
  });
});
