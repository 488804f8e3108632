import { describe, expect, test } from 'vitest';
import {
  asking,
  container,
  desire,
  frontendsOf,
  inWords,
  judged,
  type Said,
} from './containers.ts';

const ONE_OFF: Said = { labels: { 'com.docker.compose.oneoff': 'True' } };

function reasonsOf(...[one, settings]: Parameters<typeof judged>): readonly string[] {
  return judged(one, settings).rejections.map(inWords);
}

describe('what docker compose run starts', () => {
  test('does not join the host of its service, and holds nothing', () => {
    const run = asking(2, 'shop.local', ONE_OFF);

    expect(frontendsOf(desire([asking(1, 'shop.local'), run]))).toEqual([
      'shop.local [shop.local] http://172.17.0.1:80*1',
    ]);
    expect(frontendsOf(desire([run]))).toEqual([]);
    expect(judged(run).verdict).toBe('one-off');
    expect(reasonsOf(run)).toEqual([
      expect.stringMatching(/^shop\.local: one-off: .* run --label autodock\.enable=true/),
    ]);
  });

  test.for(['true', 'True'])('is routed all the same with autodock.enable=%s', (enable) => {
    const labels = { ...ONE_OFF.labels, 'autodock.enable': enable };

    expect(judged(asking(2, 'shop.local', { labels })).verdict).toBe('routed');
  });

  test('is told of nothing if it asks for nothing; a service says False', () => {
    expect(judged(container(1, ONE_OFF)).verdict).toBe('silent');
    const labels = { 'com.docker.compose.oneoff': 'False' };
    expect(judged(asking(1, 'shop.local', { labels })).verdict).toBe('routed');
  });
});

describe('a comment that an env file kept', () => {
  test.for([
    'shop.local # the shop',
    'shop.local  #the *shop*',
    'shop.local,#www.shop.local',
    'shop.local\n# *\nother.local',
  ])('ends VIRTUALHOST=%j, and is told', (value) => {
    const one = asking(1, value);

    expect(judged(one).routes.map(({ vhost }) => vhost)).toEqual(['shop.local']);
    expect(reasonsOf(one)).toEqual([
      expect.stringMatching(/^-: bad-vhost: VIRTUALHOST holds a comment.* line of its own/s),
    ]);
  });

  test('ends ALIAS and PORT', () => {
    const env = { ALIAS: 'www.shop.local # too', PORT: '80 # plain' };
    const one = asking(1, 'shop.local', { env });

    expect(judged(one).routes.map(({ vhost, url }) => `${vhost} ${url}`)).toEqual([
      'shop.local http://172.17.0.1:80',
      'www.shop.local http://172.17.0.1:80',
    ]);
    expect(reasonsOf(one)).toEqual([
      expect.stringContaining('bad-vhost: ALIAS holds a comment, which is not read: "# too"'),
      expect.stringContaining('bad-port: PORT holds a comment, which is not read: "# plain"'),
    ]);
  });

  test('ends a label, too', () => {
    const labels = {
      'autodock.host': 'shop.local # the shop',
      'autodock.weight': '3 # of 4',
      'autodock.api.host': 'api.local #',
      'autodock.enable': 'true # always',
    };
    const one = container(1, { labels });

    expect(judged(one).routes.map(({ vhost, weight }) => [vhost, weight])).toEqual([
      ['shop.local', 3],
      ['api.local', 1],
    ]);
    expect(judged(one).rejections.map(({ reason }) => reason)).toEqual(Array(4).fill('bad-label'));
  });

  test('that is all there is asks for nothing, and is told', () => {
    const one = container(1, { env: { VIRTUALHOST: '#shop.local', PORT: '# 8080' } });

    expect(judged(one).routes).toEqual([]);
    expect(reasonsOf(one)).toEqual([expect.stringContaining('VIRTUALHOST holds a comment')]);
  });

  test('is not one where the variable does not count, or within a word', () => {
    const labels = { 'autodock.host': 'shop.local' };
    const env = { VIRTUALHOST: 'a.local # b', ALIAS: '# c' };

    expect(reasonsOf(container(1, { labels, env }))).toEqual([]);
    expect(reasonsOf(container(1, { env: { ALIAS: 'x # y', PORT: '# 80' } }))).toEqual([]);
    expect(reasonsOf(asking(1, 'shop.local#x'))).toEqual([
      expect.stringMatching(/^shop\.local#x: bad-vhost: The vhost "shop\.local#x"/),
    ]);
  });
});

describe('what is set and empty', () => {
  const hintsOf = (said: Said) => judged(container(1, said)).hints;
  const empty = (name: string) => `${name} is set and empty, which is as if it were not set.`;

  test.for(['VIRTUALHOST', 'autodock.host', 'autodock.enable', 'autodock.api.host'])(
    'is pointed out: %s',
    (name) => {
      const isLabel = name.startsWith('autodock.');
      const said = { [isLabel ? 'labels' : 'env']: { [name]: '' } };

      expect(hintsOf(said)).toEqual([empty(name)]);
      expect(hintsOf({ [isLabel ? 'labels' : 'env']: { [name]: ' ' } })).toContain(empty(name));
    },
  );

  test('is pointed out of ALIAS and PORT where a host is asked for, or was meant to be', () => {
    const env = { ALIAS: '', PORT: '' };

    expect(hintsOf({ env: { VIRTUALHOST: 'a.local', ...env } })).toEqual(
      ['ALIAS', 'PORT'].map(empty),
    );
    expect(hintsOf({ env: { VIRTUALHOST: '', ...env } })).toEqual(
      ['VIRTUALHOST', 'ALIAS', 'PORT'].map(empty),
    );
    expect(hintsOf({ env })).toEqual([]);
  });

  test('does not matter where a label beats it', () => {
    const labels = { 'autodock.host': 'a.local', 'autodock.port': '80' };

    expect(hintsOf({ labels, env: { VIRTUALHOST: '', ALIAS: '', PORT: '' } })).toEqual([]);
  });

  test('does not hide a near miss', () => {
    expect(hintsOf({ env: { VIRTUALHOST: '', VHOST: 'a.local' } })).toEqual([
      empty('VIRTUALHOST'),
      'VHOST is set and VIRTUALHOST is empty: did you mean VIRTUALHOST?',
    ]);
  });

  test('is never said not to be set', () => {
    const env = { VIRTUALHOST: '', ALIAS: 'www.a.local', VIRTUAL_HOST: 'a.local' };
    const labels = { 'autodock.port': '80' };
    const exposedPorts = [3000, 4000];
    const ported = asking(1, 'a.local', { exposedPorts, env: { PORT: '' } });

    for (const hint of hintsOf({ env, labels })) {
      expect(hint).not.toMatch(/VIRTUALHOST is\b(?! set| empty)|VIRTUALHOST is not/);
    }
    expect(reasonsOf(ported)).toEqual([
      expect.stringContaining('PORT is set and empty and port 80 is not exposed'),
    ]);
  });
});

describe('a host that two services of one Compose project ask for', () => {
  const of = (
    number: number,
    project: string,
    service: string,
    host = 'shop.local',
    labels: Readonly<Record<string, string>> = {},
  ) =>
    asking(number, host, {
      labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': service,
        ...labels,
      },
    });
  const hintsOf = (...all: Parameters<typeof desire>[0]) =>
    desire(all).verdicts.map(({ name, hints }) => [name, ...hints]);
  const SHARED = expect.stringMatching(
    /^shop\.local is asked for by 2 services of the Compose project "shop": php, web\. .*the one alone/,
  );

  test('is told to all of them, and they stay routed', () => {
    const all = [of(1, 'shop', 'web'), of(2, 'shop', 'php'), of(3, 'other', 'web')];

    expect(hintsOf(...all)).toEqual([['c1', SHARED], ['c2', SHARED], ['c3']]);
    expect(desire(all).verdicts.map(({ verdict }) => verdict)).toEqual(Array(3).fill('routed'));
  });

  test('is told as what may be meant where one version has all requests', () => {
    const versioned = (number: number, service: string) =>
      of(number, 'shop', service, 'shop.local', {
        'autodock.versions': 'newest',
        'com.docker.compose.config-hash': service,
      });
    const told = expect.stringMatching(/ php, web\. By autodock\.versions=newest one of them/);

    expect(hintsOf(versioned(1, 'web'), versioned(2, 'php'))).toEqual([
      ['c1', told],
      ['c2', told],
    ]);
  });

  test('does not matter among replicas, between projects, or on hosts of their own', () => {
    expect(
      hintsOf(
        of(1, 'shop', 'web'),
        of(2, 'shop', 'web'),
        of(3, 'shop', 'php', 'php.local'),
        of(4, 'b', 'php'),
        asking(5, 'shop.local'),
      ),
    ).toEqual([['c1'], ['c2'], ['c3'], ['c4'], ['c5']]);
  });
});
