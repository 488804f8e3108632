import { describe, expect, test } from 'vitest';
import { asking, container, inWords, judged } from './containers.ts';

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

describe('a name that is not a vhost', () => {
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
