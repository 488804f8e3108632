import { describe, expect, test } from 'vitest';
import { asking, container, desire, frontendsOf, inWords, judged, on } from './containers.ts';

/** The vhosts that one container is routed for, in order. */
function routedHosts(
  env: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): readonly string[] {
  return judged(container(1, { env, labels })).routes.map(({ vhost }) => vhost);
}

describe('what a container asks for', () => {
  test.for([
    ['one vhost', { VIRTUALHOST: 'a.local' }, ['a.local']],
    ['commas', { VIRTUALHOST: 'a.local,b.local' }, ['a.local', 'b.local']],
    [
      'white space',
      { VIRTUALHOST: ' a.local\tb.local\n c.local\r\n' },
      ['a.local', 'b.local', 'c.local'],
    ],
    ['both', { VIRTUALHOST: ', a.local ,, b.local,' }, ['a.local', 'b.local']],
    [
      'ALIAS beside it',
      { VIRTUALHOST: 'a.local', ALIAS: 'www.a.local' },
      ['a.local', 'www.a.local'],
    ],
    ['ALIAS beside a bad one', { VIRTUALHOST: 'a/b', ALIAS: 'www.a.local' }, ['www.a.local']],
    ['ALIAS alone', { ALIAS: 'www.a.local' }, []],
    ['the same twice', { VIRTUALHOST: 'a.local A.local. a.local', ALIAS: 'a.local' }, ['a.local']],
    ['nothing', {}, []],
    ['an empty value', { VIRTUALHOST: '', ALIAS: '' }, []],
    ['separators alone', { VIRTUALHOST: ' , ,' }, []],
  ] as const)('%s', ([, env, vhosts]) => {
    expect(routedHosts(env)).toEqual(vhosts);
  });

  test('autodock.host beats VIRTUALHOST and ALIAS', () => {
    const env = { VIRTUALHOST: 'env.local', ALIAS: 'alias.local' };

    expect(routedHosts(env, { 'autodock.host': 'label.local, b.local' })).toEqual([
      'label.local',
      'b.local',
    ]);
  });

  test.for(['', ' ', ',', '\n'])('an autodock.host of %j is as if it were not set', (value) => {
    expect(routedHosts({ VIRTUALHOST: 'env.local' }, { 'autodock.host': value })).toEqual([
      'env.local',
    ]);
  });

  test('named routes come beside it, by name', () => {
    const labels = { 'autodock.web.host': 'web.local', 'autodock.api.host': 'api.local' };

    expect(routedHosts({ VIRTUALHOST: 'main.local' }, labels)).toEqual([
      'main.local',
      'api.local',
      'web.local',
    ]);
    expect(routedHosts({}, labels)).toEqual(['api.local', 'web.local']);
  });

  test.for(['__proto__', 'constructor', 'host', 'port', '0'])('a route may be named %s', (name) => {
    expect(routedHosts({}, { [`autodock.${name}.host`]: 'a.local' })).toEqual(['a.local']);
  });
});

describe('a vhost that is none', () => {
  test('is rejected alone, its siblings are routed', () => {
    const { verdict, routes, rejections } = judged(
      asking(1, 'a.local http://x:80 b.local', { env: { ALIAS: 'x:80' } }),
    );

    expect(verdict).toBe('routed');
    expect(routes.map(({ vhost }) => vhost)).toEqual(['a.local', 'b.local']);
    expect(rejections.map(inWords)).toEqual([
      'http://x:80: bad-vhost: The vhost "http://x:80" begins with a scheme. Write the host name alone, e.g. hello.example.com.',
      'x:80: bad-vhost: The vhost "x:80" holds a ":". Write the host name alone, e.g. hello.example.com. The container\'s port goes into PORT or the label autodock.port; an IPv6 address cannot be a vhost.',
    ]);
  });

  test('is shown up to 80 characters, escaped', () => {
    const { verdict, rejections } = judged(asking(1, `\u001b[31m${'x'.repeat(130_000)}`));

    expect(verdict).toBe('bad-vhost');
    expect(rejections).toEqual([
      {
        reason: 'bad-vhost',
        vhost: `\\u{1b}[31m${'x'.repeat(75)}…`,
        detail: `The vhost "\\u{1b}[31m${'x'.repeat(75)}…" has 130005 characters.`,
        remedy: 'A name has at most 253 octets.',
      },
    ]);
  });
});

describe('limits', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `h${index}.local`);

  test('of a thousand vhosts of one container the first hundred are routed', () => {
    const { verdict, routes, rejections } = judged(asking(1, names.join(' ')));

    expect(verdict).toBe('routed');
    expect(routes.map(({ vhost }) => vhost)).toEqual(names.slice(0, 100));
    expect(rejections.map(inWords)).toEqual([
      '-: limit: The container asks for 1000 vhosts; the last 900 are not routed. Ask for at most 100, or for a wildcard such as *.example.com.',
    ]);
  });

  test('named routes count, too, and a vhost that is named twice counts once', () => {
    const { routes } = judged(
      container(1, {
        exposedPorts: [80, 81],
        labels: {
          'autodock.host': names.slice(0, 99).join(' '),
          'autodock.a.host': names.slice(50, 110).join(' '),
          'autodock.a.port': '81',
        },
      }),
    );

    expect(routes).toHaveLength(99 + 50);
    expect(new Set(routes.map(({ vhost }) => vhost)).size).toBe(100);
  });

  test('bad vhosts do not count', () => {
    const bad = names.slice(0, 150).map((name) => `${name}/`);
    const { routes, rejections } = judged(asking(1, [...bad, 'good.local'].join(' ')));

    expect(routes.map(({ vhost }) => vhost)).toEqual(['good.local']);
    expect(rejections).toHaveLength(150);
  });

  test('a flood of bad ones is shown in part', () => {
    const bad = names.map((name) => `${name}/`);
    const { rejections } = judged(asking(1, bad.join(' ')));

    expect(rejections).toHaveLength(201);
    expect(rejections.slice(-1).map(inWords)).toEqual([
      '-: limit: 800 more rejections of this container are not shown. Mend those shown first.',
    ]);
  });

  test('more than a thousand entries of one vhost are refused to the youngest container', () => {
    const containers = Array.from({ length: 12 }, (_, index) =>
      asking(index + 1, 'full.local', {
        labels: { 'autodock.weight': '90' },
        createdAt: 100 - index,
      }),
    );
    const { frontends, verdicts } = desire(containers);

    const [frontend] = frontends.values();
    expect(frontend?.backends.flatMap(({ ids }) => ids)).toHaveLength(11 * 90);
    const refused = verdicts.filter(({ verdict }) => verdict !== 'routed');
    expect(refused.map(({ name, verdict }) => [name, verdict])).toEqual([['c1', 'limit']]);
    expect(refused.flatMap(({ rejections }) => rejections).map(inWords)).toEqual([
      'full.local: limit: Older containers fill the 1000 entries that one vhost may have, weights counted. Lower the weights, or run fewer containers for one vhost.',
    ]);
  });
});

describe('grouping', () => {
  test('all containers of a vhost are its backends, sorted by URL', () => {
    const desired = desire([
      asking(3, 'a.local'),
      asking(1, 'a.local'),
      asking(2, 'b.local a.local'),
    ]);

    expect(frontendsOf(desired)).toEqual([
      'a.local [a.local] http://172.17.0.1:80*1 http://172.17.0.2:80*1 http://172.17.0.3:80*1',
      'b.local [b.local] http://172.17.0.2:80*1',
    ]);
  });

  test('the identifier is the primary vhost of the oldest container', () => {
    const old = asking(7, 'main.local', { createdAt: 1, env: { ALIAS: 'shared.local' } });
    const young = asking(1, 'shared.local', { createdAt: 2 });

    expect(frontendsOf(desire([young, old]))).toEqual([
      'main.local [main.local] http://172.17.0.7:80*1',
      'shared.local [main.local] http://172.17.0.1:80*1 http://172.17.0.7:80*1',
    ]);
  });

  test('of one second, the lower id is the older one', () => {
    const a = asking(1, 'a.local shared.local', { createdAt: 5 });
    const b = asking(2, 'b.local shared.local', { createdAt: 5 });

    expect(frontendsOf(desire([b, a]))).toContain(
      'shared.local [a.local] http://172.17.0.1:80*1 http://172.17.0.2:80*1',
    );
  });

  test('two containers with one URL are one backend: the oldest gives the id, the largest weight counts', () => {
    const old = asking(1, 'a.local', { networkMode: 'host', addresses: [on('host', null)] });
    const young = asking(2, 'a.local', {
      networkMode: 'host',
      addresses: [on('host', null)],
      labels: { 'autodock.weight': '3' },
    });

    const [frontend] = desire([young, old]).frontends.values();

    expect(frontend?.backends).toEqual([
      { url: 'http://127.0.0.1:80', ids: Array.from({ length: 3 }, () => old.id.slice(0, 12)) },
    ]);
  });

  test('one vhost on two ports of a container is two backends, on one port twice it is one', () => {
    const two = container(1, {
      exposedPorts: [80, 81],
      labels: {
        'autodock.host': 'a.local',
        'autodock.b.host': 'a.local',
        'autodock.b.port': '81',
        'autodock.c.host': 'a.local',
        'autodock.c.weight': '2',
      },
    });

    expect(frontendsOf(desire([two]))).toEqual([
      'a.local [a.local] http://172.17.0.1:80*2 http://172.17.0.1:81*1',
    ]);
  });

  test('frontends are sorted by code units, verdicts by the names of the containers', () => {
    const desired = desire([
      asking(1, 'b.local', { name: 'zeta' }),
      asking(2, '*', { name: 'alpha' }),
      asking(3, '_a.local a.local', { name: 'Mid' }),
    ]);

    expect([...desired.frontends.keys()]).toEqual(['*', '_a.local', 'a.local', 'b.local']);
    expect(desired.verdicts.map(({ name }) => name)).toEqual(['Mid', 'alpha', 'zeta']);
  });
});
