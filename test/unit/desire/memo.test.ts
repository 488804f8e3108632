import { describe, expect, test } from 'vitest';
import { createDesire, type Desired } from '../../../src/desire/desire.ts';
import type { DesireSettings } from '../../../src/desire/settings.ts';
import type { Workload } from '../../../src/model/workload.ts';
import {
  asking,
  claims,
  container,
  DEFAULTS,
  desire,
  idOf,
  shortOf,
  unknown,
} from './containers.ts';

const CLAIMED = claims({ 'a.local': { 'http://172.17.0.1:80': [shortOf(1)] } });

function remembering(): (workloads: readonly Workload[], settings?: DesireSettings) => Desired {
  const run = createDesire();
  return (workloads, settings = DEFAULTS) => run({ workloads, claimed: CLAIMED, settings });
}

describe('the memo of desire', () => {
  test('gives the identical answer to the identical containers', () => {
    const run = remembering();
    const containers = [asking(1, 'a.local'), asking(2, 'b.local')];

    expect(run([...containers])).toBe(run(containers));
  });

  test('gives the identical frontend where nothing of it changed', () => {
    const run = remembering();
    const [a, b] = [asking(1, 'a.local'), asking(2, 'b.local')];
    const before = run([a, b]).frontends;
    const after = run([b, asking(3, 'b.local'), { ...a }]).frontends;

    expect([...after.values()].map((frontend) => before.get(frontend.vhost) === frontend)).toEqual([
      true,
      false,
    ]);
  });

  test('keeps the backends of a container that became unknown, and says nothing of its options', () => {
    const run = remembering();
    const [before] = run([asking(1, 'a.local')]).frontends.values();
    const [first] = run([unknown(1)]).frontends.values();
    const [second] = run([unknown(1)]).frontends.values();

    expect(before?.options).toBe('');
    expect(first).toEqual({ ...before, options: undefined });
    expect(second).toBe(first);
  });

  test('does not outlive the containers that it is about', () => {
    const run = remembering();
    run([asking(1, 'a.local')]);

    expect(run([]).frontends.size).toBe(0);
    expect(run([unknown(1)]).frontends.size).toBe(1);
    expect(run([]).frontends.size).toBe(0);
  });

  test('does not outlive other settings', () => {
    const run = remembering();
    const containers = [asking(1, 'a.local', { health: 'starting' })];

    expect(run(containers).verdicts[0]?.verdict).toBe('starting');
    expect(run(containers, { ...DEFAULTS, health: 'ignore' }).verdicts[0]?.verdict).toBe('routed');
  });

  test('sees that the container changed whose network another one shares', () => {
    const run = remembering();
    const joined = asking(9, 'a.local', { networkMode: `container:${idOf(1)}`, addresses: [] });
    const urls = (desired: Desired): readonly string[] =>
      desired.verdicts.flatMap(({ routes }) => routes.map(({ url }) => url));

    expect(urls(run([joined, container(1)]))).toEqual(['http://172.17.0.1:80']);
    const moved = container(1, { addresses: container(2).addresses });
    expect(urls(run([joined, moved]))).toEqual(['http://172.17.0.2:80']);
    expect(urls(run([joined]))).toEqual([]);
  });

  test('makes no difference after a container was refused for want of room', () => {
    const run = remembering();
    const many = Array.from({ length: 11 }, (_, index) =>
      asking(index + 1, 'a.local', { labels: { 'autodock.weight': '100' } }),
    );

    expect(run(many)).toEqual(desire(many));
    expect(run(many.slice(1))).toEqual(desire(many.slice(1)));
  });
});
