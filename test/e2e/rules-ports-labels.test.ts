import { describe, expect } from 'vitest';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

const test = systemTest();

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

  test('a port without a protocol is one of TCP, and a range is its ports, as Compose hands them on', async ({
    system,
  }) => {
    const single = system.host('expose-single');
    const ranged = system.host('expose-range');
    const one = await system.run(single, {
      image: 'bare',
      listen: [3000],
      expose: ['3000', '53/udp'],
    });
    const env = { PORT: '3002' };
    const other = await system.run(ranged, {
      image: 'bare',
      listen: [3002],
      expose: ['3001-3002'],
      env,
    });

    await system.routes.becomes(single, [await system.url(one, 3000)]);
    await system.routes.becomes(ranged, [await system.url(other, 3002)]);
    await frontAnswers(system, ranged, 200, other.answer(3002));
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

  test('a weight that is not a number is a rejection that says so', async ({ system }) => {
    const container = await system.run(system.host('heavy'), {
      labels: { 'autodock.weight': 'heavy' },
    });

    const { rejections } = await verdictOf(system, container, 'bad-label');

    expect(rejections[0]?.detail).toContain('heavy');
  });
});
