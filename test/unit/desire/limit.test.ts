import { describe, expect, test } from 'vitest';
import { asking, container, desire, inWords, judged } from './containers.ts';

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
