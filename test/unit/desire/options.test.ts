import { describe, expect, test } from 'vitest';
import { createDesire } from '../../../src/desire/desire.ts';
import { parseOptions } from '../../../src/model/options.ts';
import { asking, container, DEFAULTS, desire, inWords, judged, shortOf } from './containers.ts';

const CREATED = 1_700_000_000;

/** What is asked of fronts for a.local. */
function asked(...containers: Parameters<typeof desire>[0]): unknown {
  const [frontend] = desire(containers).frontends.values();
  return frontend?.options === '' ? null : JSON.parse(frontend?.options ?? '"not known"');
}

const one = (number: number, labels: Readonly<Record<string, string>>) =>
  asking(number, 'a.local', { labels });

describe('what labels ask of fronts', () => {
  test('is written beside the host, and when the container was made', () => {
    const labels = {
      'autodock.timeout': '5m',
      'autodock.idle': '1h30m',
      'autodock.scheme': 'gRPC',
      'autodock.verify': 'OFF',
    };
    const since = CREATED + 1;
    expect(asked(one(1, labels))).toEqual({
      ...{ timeout: 300_000, idle: 5_400_000, scheme: 'grpc', verify: 'off' },
      since: { timeout: since, idle: since, scheme: since, verify: since },
    });
  });

  test('is nothing without them, or where they say what holds anyway', () => {
    expect(asked(one(1, { 'autodock.verify': 'on', 'autodock.scheme': 'https' }))).toBeNull();
    expect(asked(one(1, { 'autodock.timeout': '' }))).toBeNull();
  });

  test('by gRPC is for the routes that say so, and the URL stays one that hipache knows', () => {
    const labels = { 'autodock.api.host': 'api.local', 'autodock.api.scheme': 'grpc' };
    const { frontends } = desire([one(1, labels)]);
    const seen = [...frontends.values()].map(({ vhost, backends, options }) => [
      vhost,
      backends[0]?.url,
      parseOptions(options ?? '').has('scheme'),
    ]);
    expect(seen).toEqual([
      ['a.local', 'http://172.17.0.1:80', false],
      ['api.local', 'http://172.17.0.1:80', true],
    ]);
  });

  test.each([
    ['timeout', '5', 'a duration such as'],
    ['timeout', '0', 'more than 0'],
    ['idle', '-1s', 'a duration such as'],
    ['idle', '600h', 'at most 500h'],
    ['verify', 'no', 'must be off or on'],
  ])(
    '%s=%s is told with what to write, and the container is routed all the same',
    (word, value, why) => {
      const { verdict, routes, rejections } = judged(one(1, { [`autodock.${word}`]: value }));
      expect([verdict, routes.length]).toEqual(['routed', 1]);
      expect(rejections).toMatchObject([{ reason: 'bad-label', vhost: null }]);
      expect(rejections.map(inWords).join()).toContain(`autodock.${word}="${value}"`);
      expect(rejections.map(inWords).join()).toContain(why);
      expect(asked(one(1, { [`autodock.${word}`]: value }))).toBeNull();
    },
  );
});

describe('containers of one host', () => {
  const old = one(1, { 'autodock.timeout': '5m' });
  const young = one(2, { 'autodock.timeout': '10s', 'autodock.idle': '1m' });

  test('are heard by their age, word by word, and who is not heard is told', () => {
    expect(asked(young, old)).toEqual({
      ...{ timeout: 300_000, idle: 60_000 },
      since: { timeout: CREATED + 1, idle: CREATED + 2 },
    });
    const { verdicts } = desire([young, old]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['routed', 'routed']);
    expect(verdicts.map(({ routes }) => routes.length)).toEqual([1, 1]);
    expect(verdicts.map(({ rejections }) => rejections.map(inWords))).toEqual([
      [],
      [
        'a.local: conflict: autodock.timeout=10s does not count: c1, which is older, asks for 5m, and a host has one. Write the same value on all containers of the host; it changes when the older ones are gone.',
      ],
    ]);
  });

  test('agree with one that says nothing, and with one that says the same', () => {
    const same = one(3, { 'autodock.timeout': '300s' });
    const { verdicts } = desire([asking(0, 'a.local'), old, same]);
    expect(verdicts.flatMap(({ rejections }) => rejections)).toEqual([]);
  });

  test('are heard only while they are routed', () => {
    const starting = asking(1, 'a.local', {
      labels: { 'autodock.timeout': '5m' },
      hasHealthcheck: true,
      health: 'starting',
    });
    expect(asked(starting, young)).toMatchObject({ timeout: 10_000 });
    expect(asked(starting)).toBeNull();
  });

  test('leave what is asked as it is while one of them is unknown', () => {
    const { env: _, exposedPorts: __, ...line } = container(2);
    const url = 'http://172.17.0.2:80';
    const claimed = new Map([
      ['a.local', { backends: new Map([[url, [shortOf(2)]]]), heldSince: null }],
    ]);
    const unknown = { ...line, kind: 'unknown', why: 'not yet read' } as const;
    const workloads = [old, unknown];
    const { frontends } = createDesire()({ workloads, claimed, settings: DEFAULTS });
    const [frontend] = frontends.values();
    expect(frontend?.backends).toHaveLength(2);
    expect(frontend).not.toHaveProperty('options');
  });
});
