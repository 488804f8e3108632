import { describe, expect } from 'vitest';
import { frontAnswers, verdictOf } from '../parts/system.ts';
import { systemTest } from '../parts/system-test.ts';

const test = systemTest();

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
