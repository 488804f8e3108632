import { describe, expect, test } from 'vitest';
import { createDesire } from '../../../src/desire/desire.ts';
import { parseDrain } from '../../../src/model/drain.ts';
import { shortId } from '../../../src/model/ids.ts';
import {
  asking,
  container,
  DEFAULTS,
  desire,
  frontendsOf,
  idOf,
  inWords,
  judged,
  type Said,
  shortOf,
  unknown,
  unreadable,
  urlsOf,
} from './containers.ts';

const ID = shortOf(1);

describe('a container that cannot be routed for the moment', () => {
  const CASES = [
    [
      'starting',
      { health: 'starting' },
      'Its HEALTHCHECK has not succeeded yet. Wait, or set the label autodock.health=ignore to have it routed at once.',
    ],
    [
      'starting',
      { health: 'starting', firstProbeMs: 5_000 },
      'Its HEALTHCHECK has not succeeded yet. Wait, or set the label autodock.health=ignore to have it routed at once.',
    ],
    [
      'starting',
      { health: 'starting', firstProbeMs: 30_000 },
      'Its HEALTHCHECK has not succeeded yet. Wait, or set the label autodock.health=ignore to have it routed at once. To be probed sooner, give the HEALTHCHECK a start_period, and a start_interval if its 5 s are too long (engines from 25 on).',
    ],
    [
      'starting',
      { health: 'starting', firstProbeMs: 300_000 },
      'Its HEALTHCHECK has not succeeded yet. It is probed first 5 min after its start. Wait, or set the label autodock.health=ignore to have it routed at once. To be probed sooner, give the HEALTHCHECK a start_period, and a start_interval if its 5 s are too long (engines from 25 on).',
    ],
    [
      'unhealthy',
      { health: 'unhealthy' },
      `Its HEALTHCHECK fails. See why: docker inspect --format '{{json .State.Health}}' ${ID}; or set the label autodock.health=ignore.`,
    ],
    ['paused', { state: 'paused' }, `The container is paused. docker unpause ${ID}`],
    [
      'paused',
      { state: 'paused', health: 'unhealthy' },
      `The container is paused. docker unpause ${ID}`,
    ],
    [
      'restarting',
      { state: 'restarting', addresses: [] },
      `The container has ended and is being restarted. See why it ends: docker logs ${ID}`,
    ],
    [
      'stopping',
      { state: 'stopping', health: 'starting' },
      'The container was told to stop, and still runs. It is routed again when it starts; if it lives on, after AUTODOCK_STOPPING.',
    ],
  ] as const satisfies readonly (readonly [string, Said, string])[];

  test.for(CASES)('is told so, and its vhosts are held: %s', ([reason, said, words]) => {
    const one = asking(1, 'a.local b.local', said);
    const { verdict, rejections } = judged(one);

    expect(verdict).toBe(reason);
    expect(rejections.map(inWords)).toEqual([
      `a.local: ${reason}: ${words}`,
      `b.local: ${reason}: ${words}`,
    ]);
    expect(frontendsOf(desire([one]))).toEqual([
      'a.local [a.local] held',
      'b.local [a.local] held',
    ]);
  });

  test('leaves the vhost to those that can', () => {
    const paused = asking(1, 'a.local', { state: 'paused' });

    expect(frontendsOf(desire([paused, asking(2, 'a.local')]))).toEqual([
      'a.local [a.local] http://172.17.0.2:80*1',
    ]);
  });

  test.for([
    ['bad-port', { env: { PORT: '0' } }],
    ['port-not-exposed', { exposedPorts: [] }],
    ['bad-label', { labels: { 'autodock.weight': '0' } }],
    ['disabled', { labels: { 'autodock.enable': 'false' } }],
  ] as const)('holds nothing if it could not be routed anyway: %s', ([reason, said]) => {
    const one = asking(1, 'a.local', { ...said, state: 'paused' });

    expect(judged(one).verdict).toBe(reason);
    expect(desire([one]).frontends.size).toBe(0);
  });

  test('is silent if it neither runs nor is about to', () => {
    const one = asking(1, 'a.local', { state: 'other' });

    expect(judged(one)).toMatchObject({ verdict: 'silent', routes: [], rejections: [] });
    expect(desire([one]).frontends.size).toBe(0);
  });
});

describe('health', () => {
  test.for([
    ['none', 'healthy', null, true],
    ['healthy', 'healthy', null, true],
    ['starting', 'healthy', null, false],
    ['unhealthy', 'healthy', null, false],
    ['starting', 'ignore', null, true],
    ['unhealthy', 'ignore', null, true],
    ['unhealthy', 'healthy', 'ignore', true],
    ['unhealthy', 'ignore', 'healthy', false],
    ['unhealthy', 'healthy', '', false],
  ] as const)(
    '%s, configured %s, labelled %s: routed %s',
    ([health, configured, label, isRouted]) => {
      const labels = label === null ? {} : { 'autodock.health': label };
      const urls = urlsOf(asking(1, 'a.local', { health, labels }), { health: configured });

      expect(urls).toHaveLength(isRouted ? 1 : 0);
    },
  );

  test('that is ignored does not unpause', () => {
    const said = { state: 'paused', labels: { 'autodock.health': 'ignore' } } as const;

    expect(judged(asking(1, 'a.local', said)).verdict).toBe('paused');
  });
});

describe('silence', () => {
  test('a container that asks for nothing is silent, whatever its state and PORT', () => {
    for (const said of [{}, { state: 'paused' }, { health: 'starting' }] as const) {
      const env = { PORT: 'nonsense' };
      expect(judged(container(1, { ...said, env }))).toEqual({
        id: container(1).id,
        noun: 'container',
        name: 'c1',
        verdict: 'silent',
        routes: [],
        rejections: [],
        hints: [],
      });
    }
  });
});

describe('a container that is drained', () => {
  const drained = (...numbers: readonly number[]) =>
    new Map(numbers.map((n) => [shortId(idOf(n)), parseDrain('{"since":1,"by":"me@host"}')]));
  const input = { claimed: [], settings: DEFAULTS };

  test('is not routed, by the word of whoever drained it, and its vhosts are held', () => {
    const desired = createDesire()({
      ...input,
      workloads: [asking(1, 'a.local')],
      drains: drained(1),
    });

    expect(frontendsOf(desired)).toEqual(['a.local [a.local] held']);
    expect(desired.verdicts[0]?.rejections.map(inWords)).toEqual([
      'a.local: drained: The container was drained by me@host. To have it routed again: autodock undrain c1',
    ]);
  });

  test('is told so before what ends by itself', () => {
    const workloads = [asking(1, 'a.local', { state: 'paused' })];
    const { verdicts } = createDesire()({ ...input, workloads, drains: drained(1) });
    expect(verdicts[0]?.verdict).toBe('drained');
  });

  test('is judged anew when it is drained and undrained, though nothing else changed', () => {
    const remembering = createDesire();
    const workloads = [asking(1, 'a.local'), asking(2, 'a.local')];
    const all = remembering({ ...input, workloads });

    expect(frontendsOf(remembering({ ...input, workloads, drains: drained(1) }))).toEqual([
      'a.local [a.local] http://172.17.0.2:80*1',
    ]);
    expect(remembering({ ...input, workloads })).toEqual(all);
  });

  test.for([
    ['unknown', unknown(1)],
    ['unreadable', unreadable(1)],
  ] as const)('keeps no backend while it is %s, but its vhost is held', ([, workload]) => {
    const claim = { backends: new Map([['http://172.17.0.1:80', [shortOf(1)]]]), heldSince: null };
    const claimed = new Map([['a.local', claim]]);
    const of = (drains = drained()) =>
      frontendsOf(createDesire()({ ...input, workloads: [workload], claimed, drains }));

    expect(of()).toEqual(['a.local [a.local] http://172.17.0.1:80*1']);
    expect(of(drained(1))).toEqual(['a.local [a.local] held']);
  });
});
