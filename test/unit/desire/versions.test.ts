import { describe, expect, test } from 'vitest';
import { createDesire } from '../../../src/desire/desire.ts';
import { parseDrain } from '../../../src/model/drain.ts';
import { shortId } from '../../../src/model/ids.ts';
import type { Workload } from '../../../src/model/workload.ts';
import {
  asking,
  claims,
  DEFAULTS,
  desire,
  frontendsOf,
  idOf,
  inWords,
  judged,
  type Said,
  shortOf,
  unknown,
} from './containers.ts';

const urlOf = (number: number) => `http://172.17.0.${number}:80`;

/** A container of a version, which wants one version alone. */
function of(version: string, number: number, said: Said = {}) {
  const labels = {
    'autodock.versions': 'newest',
    'com.docker.compose.config-hash': version,
    ...said.labels,
  };
  return asking(number, 'a.local', { ...said, labels });
}

/** Which containers are routed, where these are now. */
function routed(workloads: readonly Workload[], now: readonly number[], settings = {}) {
  const claimed = claims({
    'a.local': Object.fromEntries(now.map((number) => [urlOf(number), [shortOf(number)]])),
  });
  const desired = desire(workloads, settings, claimed);
  const urls = [...(desired.frontends.values().next().value?.backends ?? [])].map(({ url }) => url);
  const numbers = workloads.map(({ name }) => Number(name.slice(1)));
  return numbers.filter((number) => urls.some((url) => url === urlOf(number)));
}

const STARTING: Said = { health: 'starting' };

describe('with autodock.versions=newest', () => {
  test.for([
    ['the old one until the new one is there', [of('v1', 1), of('v2', 2, STARTING)], [1], [1]],
    ['the new one as soon as it is complete', [of('v1', 1), of('v2', 2)], [1], [2]],
    [
      'the old one until as many are there as are routed',
      [of('v1', 1), of('v1', 2), of('v2', 3)],
      [1, 2],
      [1, 2],
    ],
    [
      'the new one once as many are there',
      [of('v1', 1), of('v1', 2), of('v2', 3), of('v2', 4)],
      [1, 2],
      [3, 4],
    ],
    [
      'the old one while one of the new ones is starting, however many are ready',
      [of('v1', 1), of('v2', 2), of('v2', 3, STARTING)],
      [1],
      [1],
    ],
    [
      'the new one still when one of it fails and the old one runs on',
      [of('v1', 1), of('v2', 2), of('v2', 3, { health: 'unhealthy' })],
      [2, 3],
      [2],
    ],
    ['what there is, when nothing is complete', [of('v1', 1, STARTING), of('v2', 2)], [], [2]],
    [
      'part of the newest rather than nobody',
      [of('v1', 1, { state: 'paused' }), of('v2', 2), of('v2', 3, STARTING)],
      [1],
      [2],
    ],
    [
      'the old one again, when no other can answer',
      [of('v1', 1), of('v2', 2, { state: 'paused' })],
      [2],
      [1],
    ],
    ['the newest of three', [of('v1', 1), of('v2', 2), of('v3', 3)], [1], [3]],
    ['the newest of those that were mixed', [of('v1', 1), of('v2', 2)], [1, 2], [2]],
    [
      'who was told to stop is not waited for',
      [of('v1', 1), of('v2', 2), of('v2', 3, { state: 'stopping' })],
      [1],
      [2],
    ],
  ] as const)('requests go to %s', ([, workloads, now, expected]) => {
    expect(routed(workloads, now)).toEqual(expected);
  });

  test('autodock.replicas says how many make a version complete', () => {
    const two = { labels: { 'autodock.replicas': '2' } };
    expect(routed([of('v1', 1), of('v2', 2, two)], [1])).toEqual([1]);
    expect(routed([of('v1', 1), of('v2', 2, two), of('v2', 3, two)], [1])).toEqual([2, 3]);
    const one = { labels: { 'autodock.replicas': '1' } };
    expect(routed([of('v1', 1), of('v1', 2), of('v2', 3, one)], [1, 2])).toEqual([3]);
  });

  test('without Compose the image tells versions apart', () => {
    const plain = (number: number, imageId: string) =>
      asking(number, 'a.local', { imageId, labels: { 'autodock.versions': 'newest' } });
    expect(routed([plain(1, 'x'), plain(2, 'y')], [1])).toEqual([2]);
    expect(routed([plain(1, 'x'), plain(2, 'x')], [1])).toEqual([1, 2]);
  });

  test('the setting holds where no label says otherwise', () => {
    const plain = (number: number, imageId: string, said: Said = {}) =>
      asking(number, 'a.local', { imageId, ...said });
    const newest = { versions: 'newest' };
    expect(routed([plain(1, 'x'), plain(2, 'y')], [1], newest)).toEqual([2]);
    expect(routed([plain(1, 'x'), plain(2, 'y')], [1])).toEqual([1, 2]);
    const mixed = { labels: { 'autodock.versions': 'mixed' } };
    expect(routed([plain(1, 'x', mixed), plain(2, 'y', mixed)], [1], newest)).toEqual([1, 2]);
  });

  test('a version of which one is not known in full waits', () => {
    const labels = new Map(of('v2', 3).labels);
    const late = { ...unknown(3), labels };
    expect(routed([of('v1', 1), of('v2', 2), late], [1])).toEqual([1]);
  });

  test('a drained one is not waited for', () => {
    const claimed = claims({ 'a.local': { [urlOf(1)]: [shortOf(1)] } });
    const drains = new Map([[shortId(idOf(3)), parseDrain('{}')]]);
    const workloads = [of('v1', 1), of('v2', 2), of('v2', 3)];
    const desired = createDesire()({ workloads, claimed, drains, settings: DEFAULTS });
    expect(frontendsOf(desired)).toEqual([`a.local [a.local] ${urlOf(2)}*1`]);
  });

  test('those that are passed over are told why, and for what they wait', () => {
    const of1 = claims({ 'a.local': { [urlOf(1)]: [shortOf(1)] } });
    const said = (workloads: readonly Workload[]) =>
      desire(workloads, {}, of1).verdicts.flatMap(({ rejections }) => rejections.map(inWords));
    expect(said([of('v1', 1), of('v2', 2)])).toEqual([
      'a.local: older-version: A newer version has the requests of this host: c2. Remove it when you no longer need it; autodock.versions=mixed lets both answer.',
    ]);
    expect(said([of('v1', 1), of('v2', 2), of('v2', 3, STARTING)])[0]).toBe(
      'a.local: starting: Its version takes over as a whole, and is not complete: c3 cannot be routed yet. Wait; autodock.replicas says how many containers make it complete, if not as many as are routed now.',
    );
  });

  test.for([
    ['autodock.versions', 'blue'],
    ['autodock.replicas', '0'],
    ['autodock.replicas', 'two'],
  ] as const)('a label that cannot be followed is not guessed at: %s=%s', ([label, value]) => {
    const { verdict } = judged(asking(1, 'a.local', { labels: { [label]: value } }));
    expect(verdict).toBe('bad-label');
  });

  test('the choice follows what is claimed, though no container changed', () => {
    const remembering = createDesire();
    const workloads = [of('v1', 1), of('v1', 2), of('v2', 3)];
    const look = (...now: readonly number[]) => {
      const backends = Object.fromEntries(now.map((n) => [urlOf(n), [shortOf(n)]]));
      const claimed = claims({ 'a.local': backends });
      return frontendsOf(remembering({ workloads, claimed, settings: DEFAULTS }));
    };
    expect(look(1, 2)).toEqual([`a.local [a.local] ${urlOf(1)}*1 ${urlOf(2)}*1`]);
    expect(look(3)).toEqual([`a.local [a.local] ${urlOf(3)}*1`]);
  });
});
