import { describe, expect, test } from 'vitest';
import type { Facts } from '../../../src/explain/facts.ts';
import { explainAll } from '../../../src/explain/overview.ts';
import { routesOf } from '../../../src/explain/routes.ts';
import { explainWorkload } from '../../../src/explain/workload.ts';
import { asking, on, shortOf, unknown, unreadable } from '../desire/containers.ts';
import { claim, OWNER, observed } from '../diff/world.ts';
import { factsOf, NOW } from './facts.ts';

const URL = 'http://172.17.0.2:80';

function explained(facts: Facts) {
  const verdict = facts.running.kind === 'seen' ? facts.running.facts.verdicts[0] : undefined;
  if (verdict === undefined) throw new Error('no container');
  return explainWorkload(facts, verdict);
}

describe('a container', () => {
  test.each([
    ['the port that is set', asking(2, 'a.b', { env: { PORT: '80' } }), /PORT=80/],
    ['the default port', asking(2, 'a.b'), /none is set, so 80/],
    ['the only port', asking(2, 'a.b', { exposedPorts: [3000] }), /so 3000, the only/],
    ['its only network', asking(2, 'a.b'), /bridge, its only network/],
    [
      'the default network',
      asking(2, 'a.b', {
        networkMode: 'default',
        addresses: [on('a', '10.0.0.2'), on('bridge', '172.17.0.2')],
      }),
      /bridge, of its 2 networks the default/,
    ],
    [
      'the first network',
      asking(2, 'a.b', { addresses: [on('a', '10.0.0.2'), on('b', '10.1.0.2')] }),
      /a, of its 2 networks the first by name/,
    ],
    [
      'the network that it was started on',
      asking(2, 'a.b', {
        networkMode: 'b',
        addresses: [on('a', '10.0.0.2'), on('b', '10.1.0.2')],
      }),
      /b, of its 2 networks the one that it was started on/,
    ],
    [
      'the last probe, where the engine alone set health back',
      asking(2, 'a.b', { health: 'healthy', setBackTo: 'starting' }),
      /the engine says starting, and no probe failed/,
    ],
    [
      'what the host reaches',
      asking(2, 'a.b', {
        addresses: [on('a', '10.0.0.2'), on('b', '10.1.0.2')],
        barriers: new Map([['a', { ipv4: 'macvlan', ipv6: 'macvlan' }]]),
      }),
      /b, of its 2 networks the first by name\. Passed over: a \(a macvlan network/,
    ],
    [
      'the network of a label',
      asking(2, 'a.b', { labels: { 'autodock.network': 'bridge' } }),
      /\(autodock\.network\)/,
    ],
    [
      'the host',
      asking(2, 'a.b', { networkMode: 'host', addresses: [on('host', null)] }),
      /127\.0\.0\.1 \(hostAddress\)/,
    ],
  ])('is routed by the rule of %s', (_name, one, rule) => {
    const [route] = explained(factsOf({ containers: [one] })).routes;
    expect(route?.rules.join(' ')).toMatch(rule);
  });

  test('is starting by a rule that fits a newer version, too, which waits until it is complete', () => {
    const { rejections } = explained(
      factsOf({ containers: [asking(2, 'a.b', { health: 'starting' })] }),
    );
    expect(rejections[0]?.rule).toMatch(/once it is healthy, and a newer version once it is comp/);
  });

  test('is rejected with reason, rule and remedy, and shows what was seen', () => {
    const labels = { 'autodock.health': 'healthy', 'com.example.secret': 'x' };
    const one = asking(2, 'a.b', { labels, env: { PORT: '9' } });
    const { rejections, seen } = explained(factsOf({ containers: [one] }));
    expect(rejections[0]?.reason).toBe('port-not-exposed');
    expect(rejections[0]?.rule).toContain('exposes');
    expect(seen?.labels).toEqual({ 'autodock.health': 'healthy' });
    expect(seen?.env).toEqual({ VIRTUALHOST: 'a.b', PORT: '9' });
  });

  test('that could not be inspected has no ports that could be told', () => {
    expect(explained(factsOf({ containers: [unknown(2)] })).seen?.exposedPorts).toBeNull();
    expect(explained(factsOf({ containers: [unreadable(2)] })).seen).toBeNull();
  });

  test.each([
    [[URL], true],
    [['http://172.17.0.9:80'], false],
    [null, false],
  ])('finds its route among %j: %s', (entries, written) => {
    const facts = factsOf({
      containers: [asking(2, 'a.b')],
      frontends: [observed('a.b', entries)],
    });
    expect(explained(facts).routes[0]?.written).toBe(written);
  });
});

describe('all containers', () => {
  test('stand with their vhosts, granted or not, each once', () => {
    const one = asking(2, 'a.b A.B bad_-', { labels: { 'autodock.x.host': 'c.d' } });
    const { containers } = explainAll(factsOf({ containers: [one] }));
    expect(containers?.[0]?.vhosts).toEqual(['a.b', 'c.d', 'bad_-']);
  });

  test('are not known while Docker is away, nor written while Redis is', () => {
    expect(explainAll(factsOf({ containers: null })).containers).toBeNull();
    const { containers } = explainAll(factsOf({ containers: [asking(2, 'a.b')], frontends: null }));
    expect(containers?.[0]?.routes[0]?.written).toBeNull();
  });

  test.each([
    [
      'at work',
      [{ lastSignAt: NOW - 90_000, engineId: 'id-1' }],
      { alive: true, otherEngine: null },
    ],
    ['silent', [{ lastSignAt: NOW - 90_001 }], { alive: false, otherEngine: null }],
    [
      'at work by a lease longer than ours',
      [{ lastSignAt: NOW - 90_001, leaseMs: 600_000 }],
      { alive: true },
    ],
    [
      'silent by a lease shorter than ours',
      [{ lastSignAt: NOW - 30_001, leaseMs: 30_000 }],
      { alive: false },
    ],
    [
      'that passed nobody knows when: by another clock',
      [{ lastSignAt: null }],
      { alive: null, undated: true, lastPassAgoMs: null },
    ],
    [
      'of another engine that passed nobody knows when',
      [{ lastSignAt: null, engineId: 'id-2', engine: 'b' }],
      { alive: null, otherEngine: { id: 'id-2', name: 'b' } },
    ],
    ['that never passed', [], { alive: false, undated: false, lastPassAgoMs: null }],
    [
      'of another engine',
      [{ engineId: 'id-2', engine: 'b' }],
      { otherEngine: { id: 'id-2', name: 'b' } },
    ],
    [
      'of a clone, which has the ID of this engine and another name',
      [{ engineId: 'id-1', engine: 'b' }],
      { otherEngine: { id: 'id-1', name: 'b' } },
    ],
    [
      'of this engine by an earlier version, which told no name',
      [{ engineId: 'id-1', engine: null }],
      { otherEngine: null },
    ],
    [
      'of another engine that passed long ago',
      [{ engineId: 'id-2', engine: 'b', lastSignAt: NOW - 90_001 }],
      { alive: false, otherEngine: null, released: false },
    ],
    [
      'that was released',
      [{ engineId: 'released', engine: 'autodock release' }],
      { alive: false, otherEngine: null, released: true },
    ],
  ])('show a controller %s', (_name, owners, expected) => {
    expect(explainAll(factsOf({ owners })).controller).toMatchObject(expected);
  });
});

describe('all routes', () => {
  test('stand by vhost with owners, weights, marks and what is not a route', () => {
    const facts = factsOf({
      frontends: [
        observed('held', [], { [OWNER]: claim({}, NOW) }),
        observed('empty', []),
        observed('a.b', [URL, 'ftp://x', URL], {
          [OWNER]: claim({ [URL]: [shortOf(2), shortOf(2)] }),
        }),
        observed('gone', null),
      ],
      marks: {
        'a.b': { members: ['0', '2'], expiresInMs: 9 },
        'x.y': { members: ['1'], expiresInMs: 9 },
      },
    });
    if (facts.redis.kind !== 'seen') throw new Error('no Redis');
    const routes = routesOf(facts.redis.facts, OWNER);
    expect(routes.map(({ vhost, state }) => `${vhost} ${state}`)).toEqual([
      'a.b routed',
      'empty empty',
      'held held',
    ]);
    expect(routes[0]?.backends).toMatchObject([
      { url: URL, weight: 2, owner: 'self', slots: [0, 2], usable: true, named: false },
      { url: 'ftp://x', weight: 1, owner: 'foreign', slots: [1], usable: false, named: false },
    ]);
    expect(routes[0]?.dead).toEqual([{ host: 'a.b', slots: [0, 2], expiresInMs: 9 }]);
  });
});
