import { describe, expect } from 'vitest';
import { urlOf } from '../parts/routes.ts';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

/** The port that stands for the front in tests of loops. Nothing listens there. */
const FRONT = '127.0.0.1:47999';
const test = systemTest({ env: { AUTODOCK_FRONT_ADDRESSES: FRONT } });

describe('host names', () => {
  test('ALIAS and several hosts lead to one container, the first is the identifier', async ({
    system,
  }) => {
    const [first, second, alias] = ['one', 'two', 'www.one'].map(system.host);
    if (first === undefined || second === undefined || alias === undefined) throw new Error();
    const container = await system.run(`${first}, ${second}`, { env: { ALIAS: alias } });
    const url = await system.url(container);

    for (const host of [first, second, alias]) {
      expect(await system.routes.becomes(host, [url])).toEqual({ identifier: first, urls: [url] });
      await frontAnswers(system, host, 200, container.answer());
    }
  });

  test('I4: a wildcard answers for names below it, an exact host goes first', async ({
    system,
  }) => {
    const zone = system.host('zone');
    const wild = await system.run(`*.${zone}`);
    const exact = await system.run(`exact.${zone}`);

    await frontAnswers(system, `any.${zone}`, 200, wild.answer());
    await frontAnswers(system, `exact.${zone}`, 200, exact.answer());
    await frontAnswers(system, zone, 404);
  });

  test('I4: the catch-all answers for what nobody else asks for', async ({ system }) => {
    const other = await system.run(system.host('known'));
    const catchAll = await system.run('*');

    await frontAnswers(system, system.host('nobody'), 200, catchAll.answer());
    await frontAnswers(system, system.host('known'), 200, other.answer());

    await catchAll.remove();
    await system.routes.isGone('*');
    await frontAnswers(system, system.host('nobody'), 404);
  });

  test('I3: capitals, a trailing dot and umlauts are written the way browsers ask', async ({
    system,
  }) => {
    const zone = system.host('names');
    const container = await system.run(`BÜCHER.${zone}. Straße.${zone}`);

    await frontAnswers(system, `xn--bcher-kva.${zone}`, 200, container.answer());
    await frontAnswers(system, `xn--strae-oqa.${zone}`, 200, container.answer());
  });

  test('I1, I2, I3, I4, I9: every bad name is rejected with a reason and a remedy, its siblings are routed', async ({
    system,
  }) => {
    const bad = [
      'http://x.test',
      'x.test:80',
      'x.test/y',
      'x.test#y',
      'x.test?y',
      'a..b.test',
      '.a.test',
      '-a.test',
      'a-.test',
      `${'l'.repeat(64)}.test`,
      `${`${'l'.repeat(60)}.`.repeat(4)}example.test`,
      'a.*.test',
      '*.*.test',
      '%2e.test',
      'a;b.test',
      '__ping__',
      '\u200djoined.test',
      'esc\u001b[31m.test',
    ];
    const good = system.host('sibling');
    const container = await system.run([...bad, good].join(','));

    const { rejections, routes } = await verdictOf(system, container, 'routed');

    expect(routes.map(({ vhost }) => vhost)).toEqual([good]);
    expect(rejections).toHaveLength(bad.length);
    for (const { reason, detail, remedy } of rejections) {
      expect(reason).toBe('bad-vhost');
      expect(detail).not.toBe('');
      expect(remedy).not.toBe('');
    }
    await frontAnswers(system, good, 200, container.answer());
  });

  test('I5: more than a hundred names of one container are cut off with a word about it', async ({
    system,
  }) => {
    const hosts = Array.from({ length: 120 }, (_, index) => system.host(`many-${index}`));
    const container = await system.run(hosts.join(' '));

    const { routes, rejections } = await verdictOf(system, container, 'routed');

    expect(routes).toHaveLength(100);
    expect(rejections.map(({ reason }) => reason)).toContain('limit');
  });

  test('I6: a variable that stands twice counts as the process sees it: the last', async ({
    system,
  }) => {
    const [first, last] = [system.host('first'), system.host('last')];
    const container = await system.run(null, {
      env: [`VIRTUALHOST=${first}`, `VIRTUALHOST=${last}`],
    });

    await system.routes.becomes(last, [await system.url(container)]);
    expect(await system.routes.read(first)).toBeNull();
  });

  test('I6: one host by VIRTUALHOST and by ALIAS is one entry', async ({ system }) => {
    const host = system.host('same');
    const container = await system.run(host, { env: { ALIAS: host } });

    await system.routes.becomes(host, [await system.url(container)]);
  });

  test('a near miss is pointed out', async ({ system }) => {
    const container = await system.run(null, { env: { VIRTUAL_HOST: system.host('miss') } });

    const { hints } = await verdictOf(system, container, 'silent');

    expect(hints.join()).toContain('VIRTUAL_HOST');
  });
});

describe('ports', () => {
  test('PORT chooses among the exposed ports', async ({ system }) => {
    const host = system.host('port');
    const container = await system.run(host, {
      image: 'ports',
      listen: [80, 8080],
      env: { PORT: '8080' },
    });

    await system.routes.becomes(host, [await system.url(container, 8080)]);
    await frontAnswers(system, host, 200, container.answer(8080));
  });

  test('without PORT it is 80 where 80 is exposed, and else the only exposed port', async ({
    system,
  }) => {
    const several = await system.run(system.host('several'), { image: 'ports' });
    const single = await system.run(system.host('single'), { image: 'single', listen: [3000] });

    await system.routes.becomes(system.host('several'), [await system.url(several, 80)]);
    await system.routes.becomes(system.host('single'), [await system.url(single, 3000)]);
  });

  test.for([
    ['0', 'bad-port'],
    ['65536', 'bad-port'],
    ['80x', 'bad-port'],
    ['1e3', 'bad-port'],
    ['0x50', 'bad-port'],
    ['9999', 'port-not-exposed'],
  ] as const)('I7: PORT=%s is rejected: %s', async ([port, reason], { system }) => {
    const host = system.host(`port-${port}`);
    const container = await system.run(host, { env: { PORT: port } });

    const { rejections } = await verdictOf(system, container, reason);

    expect(rejections[0]?.detail).toContain(port);
    expect(rejections[0]?.remedy).not.toBe('');
    expect(await system.routes.read(host)).toBeNull();
  });

  test('I7: an empty PORT is as if it were not set', async ({ system }) => {
    const container = await system.run(system.host('empty-port'), { env: { PORT: '' } });

    await system.routes.becomes(system.host('empty-port'), [await system.url(container)]);
  });

  test('a container that exposes nothing is told what to add', async ({ system }) => {
    const container = await system.run(system.host('bare'), { image: 'bare' });

    await verdictOf(system, container, 'port-not-exposed');
  });
});

describe('labels', () => {
  test('a label beats its variable', async ({ system }) => {
    const [byLabel, byEnv, alias] = [
      system.host('label'),
      system.host('env'),
      system.host('alias'),
    ];
    const container = await system.run(byEnv, {
      image: 'ports',
      env: { ALIAS: alias, PORT: '80' },
      labels: { 'autodock.host': byLabel, 'autodock.port': '8080' },
    });

    await system.routes.becomes(byLabel, [await system.url(container, 8080)]);
    expect(await system.routes.read(byEnv)).toBeNull();
    expect(await system.routes.read(alias)).toBeNull();
  });

  test('named routes lead other hosts to other ports', async ({ system }) => {
    const container = await system.run(system.host('main'), {
      image: 'ports',
      listen: [80, 8080],
      labels: { 'autodock.admin.host': system.host('admin'), 'autodock.admin.port': '8080' },
    });

    await frontAnswers(system, system.host('main'), 200, container.answer(80));
    await frontAnswers(system, system.host('admin'), 200, container.answer(8080));
  });

  test('a weight repeats the URL in the list', async ({ system }) => {
    const host = system.host('weight');
    const container = await system.run(host, { labels: { 'autodock.weight': '3' } });
    const url = await system.url(container);

    await system.routes.becomes(host, [url, url, url]);
    expect(await system.routes.claim(host)).toEqual({
      [url]: [container.shortId, container.shortId, container.shortId],
    });
  });

  test('autodock.enable=false keeps a container out', async ({ system }) => {
    const host = system.host('disabled');
    const container = await system.run(host, { labels: { 'autodock.enable': 'false' } });

    await verdictOf(system, container, 'disabled');
    expect(await system.routes.read(host)).toBeNull();
  });

  test('a weight that is no number is a rejection that says so', async ({ system }) => {
    const container = await system.run(system.host('heavy'), {
      labels: { 'autodock.weight': 'heavy' },
    });

    const { rejections } = await verdictOf(system, container, 'bad-label');

    expect(rejections[0]?.detail).toContain('heavy');
  });
});

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

  test('autodock.health=ignore routes it whatever its HEALTHCHECK says', async ({ system }) => {
    const host = system.host('ignored');
    const labels = { 'autodock.health': 'ignore' };
    const container = await system.run(host, { image: 'health', labels });

    await system.routes.becomes(host, [await system.url(container)]);
  });
});
