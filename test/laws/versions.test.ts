import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDesire, type Desired } from '../../src/desire/desire.ts';
import type { KnownContainer, ObservedContainer } from '../../src/model/container.ts';
import type { Claim } from '../../src/model/frontend.ts';
import { shortId } from '../../src/model/ids.ts';
import { asking, DEFAULTS } from '../unit/desire/containers.ts';

const HOST = 'a.local';
/** Each version's containers are younger than those of the one before. */
const VERSIONS = 4;
const CONTAINERS_EACH = 3;

const STATES = [
  {},
  {},
  {},
  { health: 'starting' },
  { health: 'unhealthy' },
  { state: 'paused' },
  { state: 'stopping' },
  { state: 'gone' },
  { kind: 'unknown' },
] as const;

const moment = fc.array(fc.constantFrom(...STATES), {
  minLength: VERSIONS * CONTAINERS_EACH,
  maxLength: VERSIONS * CONTAINERS_EACH,
});
const history = fc.tuple(
  fc.array(moment, { minLength: 1, maxLength: 8 }),
  fc.option(fc.integer({ min: 1, max: 3 })),
);

const versionOf = (number: number) => Math.floor((number - 1) / CONTAINERS_EACH);

function containerAt(
  number: number,
  said: (typeof STATES)[number],
  replicas: number | null,
): readonly ObservedContainer[] {
  if ('state' in said && said.state === 'gone') return [];
  const labels = {
    'autodock.versions': 'newest',
    'com.docker.compose.config-hash': `v${versionOf(number)}`,
    ...(replicas === null ? {} : { 'autodock.replicas': String(replicas) }),
  };
  if ('kind' in said) {
    const {
      env: _,
      exposedPorts: __,
      staleAddresses: ___,
      ...line
    } = asking(number, HOST, { labels });
    return [{ ...line, kind: 'unknown', why: 'its inspection is late' }];
  }
  return [asking(number, HOST, { ...said, labels } as Parameters<typeof asking>[2])];
}

function claimOf({ frontends }: Desired): ReadonlyMap<string, Claim> {
  return new Map(
    [...frontends.values()].map(({ vhost, backends }) => [
      vhost,
      { backends: new Map(backends.map(({ url, ids }) => [url, ids])), heldSince: null },
    ]),
  );
}

function routed(desired: Desired): ReadonlySet<string> {
  const [frontend] = desired.frontends.values();
  return new Set(frontend?.backends.flatMap(({ ids }) => ids));
}

const isAble = (one: ObservedContainer): one is KnownContainer =>
  one.kind === 'known' && one.state === 'running' && one.health === 'none';

describe('with autodock.versions=newest, whatever happens to whom', () => {
  /** Goes through a history, each pass on what the one before wrote, with a controller that is new now and then. */
  function go(
    [moments, replicas]: [readonly (readonly (typeof STATES)[number][])[], number | null],
    check: (now: readonly ObservedContainer[], after: Desired, before: ReadonlySet<string>) => void,
  ) {
    let claimed: ReadonlyMap<string, Claim> = new Map();
    let before: ReadonlySet<string> = new Set();
    let desire = createDesire();
    moments.forEach((states, index) => {
      if (index % 3 === 2) desire = createDesire();
      const workloads = states.flatMap((said, at) => containerAt(at + 1, said, replicas));
      const after = desire({ workloads, claimed, settings: DEFAULTS });
      check(workloads, after, before);
      claimed = claimOf(after);
      before = routed(after);
    });
  }

  const versionsOf = (now: readonly ObservedContainer[], ids: ReadonlySet<string>) =>
    new Set(
      now
        .filter(({ id }) => ids.has(shortId(id)))
        .map(({ name }) => versionOf(Number(name.slice(1)))),
    );

  test('no list ever holds two versions', () => {
    fc.assert(
      fc.property(history, (steps) => {
        go(steps, (now, after) => {
          expect(versionsOf(now, routed(after)).size).toBeLessThanOrEqual(1);
          // Nor does the one that a controller makes of it that has just started.
          const input = { workloads: now, claimed: claimOf(after), settings: DEFAULTS };
          expect(versionsOf(now, routed(createDesire()(input))).size).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('requests never go back to an older version while the one that has them can answer', () => {
    fc.assert(
      fc.property(history, (steps) => {
        go(steps, (now, after, before) => {
          const had = now.filter((one) => isAble(one) && before.has(shortId(one.id)));
          const [version] = versionsOf(now, new Set(had.map(({ id }) => shortId(id))));
          const [chosen] = versionsOf(now, routed(after));
          if (version !== undefined) expect(chosen).toBeGreaterThanOrEqual(version);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('a host has a backend whenever one of its containers can be routed', () => {
    fc.assert(
      fc.property(history, (steps) => {
        go(steps, (now, after) => {
          if (now.some(isAble)) expect(routed(after).size).toBeGreaterThan(0);
        });
      }),
      { numRuns: 500 },
    );
  });
});
