import { describe, expect, test } from 'vitest';
import { asking, container, desire, inWords, judged } from './containers.ts';

const ALLOWED =
  'Allowed are autodock.host, autodock.port, autodock.network, autodock.health, autodock.weight, autodock.scheme, autodock.enable, autodock.versions, autodock.replicas, autodock.timeout, autodock.idle, autodock.verify, autodock.<name>.host, autodock.<name>.port, autodock.<name>.weight, autodock.<name>.scheme; a name is of letters, digits, "-" and "_".';

describe('autodock.enable', () => {
  test.for(['false', 'False', 'FALSE'])('=%s: nothing is routed, and that is said', (value) => {
    const { verdict, rejections } = judged(
      asking(1, 'a.local b.local', { labels: { 'autodock.enable': value } }),
    );

    expect(verdict).toBe('disabled');
    const words =
      'autodock.enable=false, and the container asks for routes. Remove the label autodock.enable to have it routed.';
    expect(rejections.map(inWords)).toEqual([
      `a.local: disabled: ${words}`,
      `b.local: disabled: ${words}`,
    ]);
  });

  test('=false holds for named routes, too, and beats a bad vhost and a bad port', () => {
    const { verdict } = judged(
      container(1, {
        env: { PORT: 'x' },
        labels: {
          'autodock.enable': 'false',
          'autodock.host': 'a/b a.local',
          'autodock.web.host': 'web.local',
        },
      }),
    );

    expect(verdict).toBe('disabled');
  });

  test('=false of a container that asks for nothing is silent', () => {
    expect(judged(container(1, { labels: { 'autodock.enable': 'false' } })).verdict).toBe('silent');
  });

  test.for(['true', ''])('=%j changes nothing', (value) => {
    const { routes } = judged(asking(1, 'a.local', { labels: { 'autodock.enable': value } }));

    expect(routes).toHaveLength(1);
  });

  test.for(['no', '0', ' false', 'disabled'])(
    '=%j is not understood: nothing is routed',
    (value) => {
      const { rejections, routes } = judged(
        asking(1, 'a.local', { labels: { 'autodock.enable': value } }),
      );

      expect(routes).toEqual([]);
      expect(rejections.map(inWords)).toEqual([
        `a.local: bad-label: autodock.enable="${value}" is neither "true" nor "false". Write autodock.enable=false never to route the container; otherwise remove the label.`,
      ]);
    },
  );
});

describe('autodock.health', () => {
  test.for(['ignored', 'HEALTHY', ' healthy'])(
    '=%j is not understood: nothing is routed',
    (value) => {
      const { rejections, routes } = judged(
        asking(1, 'a.local', { labels: { 'autodock.health': value } }),
      );

      expect(routes).toEqual([]);
      expect(rejections.map(inWords)).toEqual([
        `a.local: bad-label: autodock.health="${value}" is neither "healthy" nor "ignore". Write autodock.health=ignore to route whatever the HEALTHCHECK says, else "healthy".`,
      ]);
    },
  );
});

describe('a scheme', () => {
  test.each([
    ['http', /^http:/],
    ['https', /^https:/],
    ['HTTPS', /^https:/],
  ])('%s stands in the URL of the backend', (value, url) => {
    const one = asking(1, 'a.local', { labels: { 'autodock.scheme': value } });
    expect(judged(one).routes).toMatchObject([{ url: expect.stringMatching(url) }]);
  });

  test.each(['grpcs', 'ftp', 'https://'])(
    '%s rejects what it governs, and nothing else',
    (value) => {
      const labels = { 'autodock.api.host': 'api.local', 'autodock.api.scheme': value };
      const verdict = judged(asking(1, 'a.local', { labels }));
      expect(verdict.routes.map(({ vhost }) => vhost)).toEqual(['a.local']);
      expect(verdict.rejections).toMatchObject([
        { vhost: 'api.local', reason: 'bad-label', remedy: expect.stringContaining('=https') },
      ]);
    },
  );

  test('of a named route is its own', () => {
    const labels = {
      'autodock.scheme': 'https',
      'autodock.api.host': 'api.local',
      'autodock.web.host': 'web.local',
      'autodock.web.scheme': 'https',
    };
    const { routes } = judged(asking(1, 'a.local', { labels }));
    expect(routes.map(({ vhost, url }) => [vhost, url.split(':')[0]])).toEqual([
      ['a.local', 'https'],
      ['api.local', 'http'],
      ['web.local', 'https'],
    ]);
  });
});

describe('a weight', () => {
  test.for(['1', '2', '100'])('of %s puts the backend that many times into the list', (value) => {
    const one = asking(1, 'a.local', { labels: { 'autodock.weight': value } });
    const [frontend] = desire([one]).frontends.values();

    expect(judged(one).routes).toMatchObject([{ weight: Number(value) }]);
    expect(frontend?.backends.map(({ ids }) => ids.length)).toEqual([Number(value)]);
  });

  test.for(['0', '101', '-1', '1.5', '01', ' 2', '2x', '1e1', '999'])(
    'of %j is not one: its routes are rejected',
    (value) => {
      const { rejections, routes } = judged(
        asking(1, 'a.local', { labels: { 'autodock.weight': value } }),
      );

      expect(routes).toEqual([]);
      expect(rejections.map(inWords)).toEqual([
        `a.local: bad-label: autodock.weight="${value}" is not a weight. Write a decimal number from 1 to 100, e.g. autodock.weight=2.`,
      ]);
    },
  );

  test('of a named route is its own, by default 1', () => {
    const labels = {
      'autodock.weight': '5',
      'autodock.api.host': 'api.local',
      'autodock.api.weight': '3',
      'autodock.web.host': 'web.local',
    };

    expect(
      judged(asking(1, 'a.local', { labels })).routes.map(({ vhost, weight }) => [vhost, weight]),
    ).toEqual([
      ['a.local', 5],
      ['api.local', 3],
      ['web.local', 1],
    ]);
  });

  test('that is bad rejects the route that it governs, no other', () => {
    const labels = { 'autodock.api.host': 'api.local', 'autodock.api.weight': 'heavy' };
    const { routes, rejections } = judged(asking(1, 'a.local', { labels }));

    expect(routes.map(({ vhost }) => vhost)).toEqual(['a.local']);
    expect(rejections.map(({ reason, vhost }) => [reason, vhost])).toEqual([
      ['bad-label', 'api.local'],
    ]);
  });
});

describe('a label of our namespace that means nothing', () => {
  test.for([
    'autodock.',
    'autodock.hosts',
    'autodock.Host',
    'autodock.web.hosts',
    'autodock.web.network',
    'autodock.a.b.host',
    'autodock..host',
    'autodock.a b.host',
    `autodock.${'n'.repeat(64)}.host`,
    'autodock.frobnicate',
  ])('%s is rejected, and the container is routed all the same', (key) => {
    const { verdict, routes, rejections } = judged(
      asking(1, 'a.local', { labels: { [key]: 'x.local' } }),
    );

    expect(verdict).toBe('routed');
    expect(routes.map(({ vhost }) => vhost)).toEqual(['a.local']);
    const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
    expect(rejections.map(inWords)).toEqual([
      `-: bad-label: The label ${shown} means nothing. ${ALLOWED}`,
    ]);
  });

  test('is the verdict on a container that asks for nothing else', () => {
    expect(judged(container(1, { labels: { 'autodock.hosts': 'a.local' } })).verdict).toBe(
      'bad-label',
    );
  });

  test('is not the verdict on one that is not routed for another reason', () => {
    const said = { labels: { 'autodock.hosts': 'x' }, health: 'starting' } as const;

    expect(judged(asking(1, 'a.local', said)).verdict).toBe('starting');
  });

  test.for(['autodocker.host', 'com.autodock.host', 'traefik.enable', 'constructor'])(
    '%s is not one of ours',
    (key) => {
      expect(judged(container(1, { labels: { [key]: 'x' } })).verdict).toBe('silent');
    },
  );
});

describe('a named route without a host', () => {
  test.for([
    { 'autodock.web.port': '8080' },
    { 'autodock.web.weight': '2' },
    { 'autodock.web.host': '', 'autodock.web.port': '8080' },
    { 'autodock.web.host': ' , ' },
  ])('is rejected: %j', (labels) => {
    const { routes, rejections } = judged(asking(1, 'a.local', { labels }));

    expect(routes.map(({ vhost }) => vhost)).toEqual(['a.local']);
    expect(rejections.map(inWords)).toEqual([
      '-: bad-label: The named route "web" has no host. Add the label autodock.web.host=<vhost>, or remove the others of that name.',
    ]);
  });

  test('of empty labels alone is as if it were not set', () => {
    expect(judged(container(1, { labels: { 'autodock.web.host': '' } })).verdict).toBe('silent');
  });
});
