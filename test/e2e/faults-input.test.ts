import { describe, expect } from 'vitest';
import type { FakeContainerSpec } from '../fakes/world.ts';
import { fakeSystemTest } from '../parts/fake-system-test.ts';
import { aPassLater, readyIs, verdictOn } from '../parts/looks.ts';
import { waitUntil } from '../parts/wait-for.ts';

/** The address is that of containers in their host's network alone. */
const test = fakeSystemTest({ env: { AUTODOCK_HOST_ADDRESS: '192.0.2.1' } });

/** What stands in one VIRTUALHOST beside a good name: each is a rejection that says the rule in words. */
const BAD_NAMES: readonly (readonly [row: string, name: string, rule: RegExp])[] = [
  ['I1', 'http://x.test', /scheme/],
  ['I1', 'x.test:80', /":"/],
  ['I1', 'x.test/y', /path/],
  ['I1', 'x.test#y', /fragment/],
  ['I1', 'x.test?y', /query/],
  ['I1', 'a..b.test', /empty label/],
  ['I1', '.a.test', /empty label/],
  ['I1', '-a.test', /"-"/],
  ['I1', `${'l'.repeat(64)}.test`, /64|63/],
  ['I1', `${`${'l'.repeat(49)}.`.repeat(5)}test`, /254|253/],
  ['I2', 'nul\0byte.test', /U\+0000/],
  ['I2', 'esc\u001b[31m.test', /U\+001B/],
  ['I2', 'semi;colon.test', /;/],
  ['I2', '%2e.test', /%/],
  ['I3', 'join\u200der.test', /U\+200D/],
  ['I3', 'soft\u00adhyphen.test', /U\+00AD/],
  ['I4', 'a.*.test', /\*/],
  ['I4', '*.*.test', /\*/],
  ['I4', '*.com.a.b.c.d.e', /labels/],
  ['I4', '__ping__', /__ping__|reserved|itself/],
  ['I9', 'a/b', /path/],
  ['I9', 'a%2eb.c', /%/],
  ['I9', '0x7f.1', /address|number|digit/i],
  ['I9', 'full\uff0ewidth.test', /U\+FF0E/],
  ['I10', 'not\ufffdutf8.test', /U\+FFFD|punycode/],
];

describe('what is not a name', () => {
  test.for(['I1', 'I2', 'I3', 'I4', 'I9', 'I10'])(
    '%s: each is rejected with the rule in words, and its siblings are routed',
    async (row, { system: { run, routes, redis, controller } }) => {
      const bad = BAD_NAMES.filter(([of]) => of === row);
      const names = bad.map(([, name]) => name);
      const good = `good-${row.toLowerCase()}.test`;
      const before = await redis.client.keys('frontend:*');

      const { id, url } = run('', { env: [`VIRTUALHOST=${[...names, good].join(',')}`] });

      await routes.becomes(good, [url]);
      const { rejections, routes: routed } = await verdictOn(controller, id, 'routed');
      expect(routed.map(({ vhost }) => vhost)).toEqual([good]);
      expect(rejections).toHaveLength(bad.length);
      for (const [index, [, , rule]] of bad.entries()) {
        expect(rejections[index]).toMatchObject({
          reason: 'bad-vhost',
          remedy: expect.stringMatching(/./) as string,
        });
        expect(rejections[index]?.detail).toMatch(rule);
      }
      const written = new Set([...before, `frontend:${good}`]);
      expect(new Set(await redis.client.keys('frontend:*'))).toEqual(written);
    },
  );

  test('I1, I2: an empty name does not count, and line breaks and tabs part names like any white space', async ({
    system,
  }) => {
    const { run, redis, routes } = system;
    const { url } = run('', {
      env: ['VIRTUALHOST=,, one.test\r\ntwo.test\tthree.test\n,', 'ALIAS='],
    });

    for (const host of ['one.test', 'two.test', 'three.test']) await routes.becomes(host, [url]);
    for (const key of await redis.client.keys('*')) expect(key).toMatch(/^[!-~]+$/);
  });
});

test('I3: names beyond ASCII are punycode, look-alikes are two names and shown in both forms', async ({
  system,
}) => {
  const { run, routes, controller } = system;
  // The second begins with a Cyrillic a.
  const names = [
    'bücher.test.',
    'faß.test',
    '💩.test',
    'apple.test',
    '\u0430pple.test',
    'UPPER.Test.',
  ];

  const { id, url } = run('', { env: [`VIRTUALHOST=${names.join(' ')}`] });

  const written = [
    'xn--bcher-kva.test',
    'xn--fa-hia.test',
    'xn--ls8h.test',
    'apple.test',
    'xn--pple-43d.test',
    'upper.test',
  ];
  for (const host of written) await routes.becomes(host, [url]);
  const { hints } = await verdictOn(controller, id, 'routed');
  expect(hints.join()).toContain('xn--pple-43d.test (\u0430pple.test)');
});

test('I4: wildcards and * are routes like any other', async ({ system }) => {
  const { run, routes } = system;
  const hosts = ['*', '*.com', '*.example.com'];

  const { url } = run('', { env: [`VIRTUALHOST=${hosts.join(' ')}`] });

  for (const host of hosts) await routes.becomes(host, [url]);
});

test('I5: a value of 130 kB and a thousand names are cut off, and a message shows 80 characters of it', async ({
  system,
}) => {
  const { run, routes, controller } = system;
  const long = run('', { env: [`VIRTUALHOST=${'l'.repeat(130_000)}`, 'ALIAS=beside.test'] });
  const names = Array.from({ length: 1_000 }, (_, n) => `many-${n}.test`);
  const many = run('', { env: [`VIRTUALHOST=${names.join(' ')}`] });

  await routes.becomes('beside.test', [long.url]);
  const { rejections: tooLong } = await verdictOn(controller, long.id, 'routed');
  expect(tooLong[0]?.vhost).toBe(`${'l'.repeat(80)}…`);
  await routes.becomes('many-99.test', [many.url]);
  const { rejections, routes: routed } = await verdictOn(controller, many.id, 'routed');
  expect(routed).toHaveLength(100);
  expect(rejections).toMatchObject([{ reason: 'limit' }]);
});

test('I6: one name said twice, and two containers with one URL, are one entry', async ({
  system,
}) => {
  const { run, routes, controller } = system;
  const shared: FakeContainerSpec = { network: 'host', env: ['VIRTUALHOST=shared.test'] };

  const twice = run('', {
    env: ['VIRTUALHOST=first.test', 'VIRTUALHOST=twice.test,twice.test', 'ALIAS=TWICE.test.'],
  });
  const ids = [run('', shared).id, run('', shared).id];

  await routes.becomes('twice.test', [twice.url]);
  expect(await routes.read('first.test')).toBeNull();
  await routes.becomes('shared.test', ['http://192.0.2.1:80']);
  await aPassLater(controller);
  const claim = await routes.claim('shared.test');
  expect(Object.keys(claim ?? {})).toEqual(['http://192.0.2.1:80']);
  expect(ids.map((id) => [id.slice(0, 12)])).toContainEqual(claim?.['http://192.0.2.1:80']);
});

test('I7: ports are strict decimals, an empty one does not count', async ({ system }) => {
  const { run, routes, controller } = system;
  const bad = ['0', '65536', '80x', ' 80', '1e3', '0x50', '-1', '８０'];
  const ids = bad.map(
    (port, n) => run('', { env: [`VIRTUALHOST=bad-${n}.test`, `PORT=${port}`] }).id,
  );
  const empty = run('', { env: ['VIRTUALHOST=empty.test', 'PORT='] });

  await routes.becomes('empty.test', [empty.url]);
  for (const [n, id] of ids.entries()) {
    const { rejections } = await verdictOn(controller, id, 'bad-port');
    expect(rejections[0]?.remedy).not.toBe('');
    expect(await routes.read(`bad-${n}.test`)).toBeNull();
  }
});

test('I10: an environment that is null, items without = and ports that are missing ask for nothing and harm nobody', async ({
  system,
}) => {
  const { fake, run, routes, controller } = system;
  const inspected = fake.count('inspect');
  const [silent, odd] = [
    run('', { env: null }),
    run('', { env: ['VIRTUALHOST', '=x', '', 'PORT'] }),
  ];
  const bare = run('', { env: ['VIRTUALHOST=bare.test'], exposed: [] });
  const fine = run('fine.test');

  await routes.becomes('fine.test', [fine.url]);
  for (const { id } of [silent, odd]) await verdictOn(controller, id, 'silent');
  await verdictOn(controller, bare.id, 'port-not-exposed');
  await readyIs(controller, 200);
  await waitUntil('one inspection each', () => fake.count('inspect') >= inspected + 4);
});
