import type { Random } from '../laws/random.ts';
import { DEEDS, type Deed } from './deeds.ts';
import { EVENT_FAULTS, STRIKES, TARGETS } from './door-faults.ts';
import { ASKED, type Cast, type Happening, HOSTS } from './step.ts';

const FOREIGN = ['http://foreign-1:1', 'http://foreign-2:1'] as const;
/** Like what a controller writes, in all spellings. */
const LIKE_OURS = ['http://172.17.0.2:80', 'http://172.17.0.3', 'http://172.17.0.2/'] as const;

/** What restoring its containers takes an engine at least. */
const RESTORING_MS = 400;
/** How long anything lasts at most. */
const LONGEST_MS = 10_000;

/** A container starts. */
export function anyRun(random: Random, cast: Cast): Extract<Happening, { kind: 'run' }> {
  const hosts = random.percent(75)
    ? random.pick(HOSTS)
    : [random.pick(HOSTS), random.pick(HOSTS)].join(' ');
  const spec = {
    hosts,
    weight: random.percent(85) ? 1 : 2,
    timeout: random.percent(70) ? 0 : 1 + random.int(2),
    hasHealthcheck: random.percent(20),
  };
  return { kind: 'run', engine: random.int(cast.engines.length), spec };
}

/** Something is done to a container, or one of these things. */
export function anyDeed(random: Random, cast: Cast, deeds: readonly Deed[] = DEEDS): Happening {
  const engine = anyEngine(random, cast);
  return { kind: 'deed', engine, box: random.int(12), deed: random.pick(deeds) };
}

/** Somebody drains a container, or does so no more; `badly`: with a text that says nothing. */
export function anyDrain(random: Random, cast: Cast): Happening {
  const how = random.pick(['drain', 'drain', 'badly', 'undrain', 'undrain'] as const);
  return { kind: 'drain', engine: anyEngine(random, cast), box: random.int(12), how };
}

type Make = (random: Random, cast: Cast) => Happening;

type Weighed = readonly [weight: number, make: Make, where?: 'of one host' | 'of several hosts'];

/**
 * What may happen, with how often. Where whole hosts are away for longer than their leases, some of it does not, as a
 * clone may take the place of the machine that it was made from.
 */
const MAKERS: readonly Weighed[] = [
  [16, anyRun],
  [40, (random, cast) => anyDeed(random, cast)],
  [10, anyDrain],
  [
    4,
    (random, cast) => ({
      kind: 'storm',
      engine: anyEngine(random, cast),
      percent: 50 + random.int(51),
    }),
  ],
  [20, anyStrike],
  [
    8,
    (random, cast) => ({
      kind: 'events',
      engine: anyEngine(random, cast),
      fault: random.pick(EVENT_FAULTS),
      forMs: duration(random),
    }),
  ],
  [
    4,
    (random, cast) => ({
      kind: 'engine-freezes',
      engine: anyEngine(random, cast),
      forMs: duration(random),
    }),
  ],
  [4, anyRestart, 'of one host'],
  [4, anyShortRestart, 'of several hosts'],
  [3, anyClone, 'of one host'],
  [2, anyPowerFailure, 'of one host'],
  [
    4,
    (random, cast) => ({
      kind: 'stream-ends',
      engine: anyEngine(random, cast),
      forMs: random.int(6_000),
    }),
  ],
  [6, (random) => ({ kind: 'redis-freezes', forMs: duration(random) })],
  [
    6,
    (random) => ({
      kind: 'redis-restarts',
      forMs: duration(random),
      how: random.pick(['as-saved', 'empty', 'as-it-was'] as const),
    }),
  ],
  [4, (random) => ({ kind: 'redis-is-full', forMs: duration(random) })],
  [
    8,
    (random) => ({
      kind: 'redis-loses',
      loss: random.pick(['request', 'reply', 'reply'] as const),
      ofWrites: random.percent(70),
      batches: 1 + random.int(3),
    }),
  ],
  [4, (random) => ({ kind: 'redis-is-torn', forMs: duration(random) })],
  [3, () => ({ kind: 'redis-saves' })],
  [2, () => ({ kind: 'flush' })],
  [
    12,
    (random) => ({
      kind: 'foreign',
      host: random.pick(HOSTS),
      url: random.percent(70) ? random.pick(FOREIGN) : random.pick(LIKE_OURS),
      how: random.pick(['push', 'insert', 'remove'] as const),
    }),
  ],
  [5, anyEviction, 'of one host'],
  [
    6,
    (random) => ({
      kind: 'edit',
      host: random.pick(HOSTS),
      how: random.pick(['drop', 'drop', 'delete', 'disown'] as const),
    }),
  ],
  [
    4,
    (random) => ({
      kind: 'spoil',
      host: random.pick(HOSTS),
      forMs: duration(random),
      what: random.pick(['list', 'marks', 'claim'] as const),
    }),
  ],
  [
    14,
    (random) => ({
      kind: 'mark',
      host: random.pick(ASKED),
      slot: random.int(4),
      forMs: random.percent(70) ? 0 : random.int(3_000),
    }),
  ],
  [
    12,
    (random, cast) => ({
      kind: 'crash',
      controller: random.int(cast.controllers.length),
      steps: random.int(16),
      forMs: random.int(4_000),
    }),
  ],
];
const OF_ONE_HOST = MAKERS.filter(([, , where]) => where !== 'of several hosts');
const OF_SEVERAL_HOSTS = MAKERS.filter(([, , where]) => where !== 'of one host');

/** Anything at all. */
export function anyHappening(random: Random, cast: Cast): Happening {
  return anyOf(OF_ONE_HOST, random, cast);
}

/** What may happen beside what befalls whole hosts. */
export function anyHappeningOnHosts(random: Random, cast: Cast): Happening {
  return anyOf(OF_SEVERAL_HOSTS, random, cast);
}

function anyOf(makers: readonly Weighed[], random: Random, cast: Cast): Happening {
  let left = random.int(makers.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of makers) {
    left -= weight;
    if (left < 0) return make(random, cast);
  }
  throw new Error('the weights do not add up');
}

function anyShortRestart(random: Random, cast: Cast): Happening {
  return {
    ...{ kind: 'engine-restarts', engine: anyEngine(random, cast), truthful: random.percent(50) },
    ...{ restoringMs: RESTORING_MS, forMs: RESTORING_MS + duration(random) },
  };
}

/** What cannot be told from the truth (a list that lacks containers) strikes the full list alone. */
function anyStrike(random: Random, cast: Cast): Happening {
  const strike = random.pick(STRIKES);
  const target = strike === 'shrunk' ? 'list' : random.pick(TARGETS);
  const forMs = strike === 'shrunk' ? random.int(cast.confirmAfterMs - 1_500) : duration(random);
  return { kind: 'strike', engine: anyEngine(random, cast), target, strike, forMs };
}

function anyClone(random: Random, cast: Cast): Happening {
  return { ...anyRun(random, cast), kind: 'machine-is-cloned', forMs: long(random) };
}

function anyPowerFailure(random: Random, cast: Cast): Happening {
  const forMs = long(random);
  const redisMs = random.int(forMs);
  return { kind: 'power-fails', engine: anyEngine(random, cast), forMs, redisMs };
}

function anyEviction(random: Random, cast: Cast): Happening {
  const { engine, spec: next } = anyRun(random, cast);
  return { kind: 'claims-are-evicted', engine, box: random.int(12), next };
}

/** Restoring its containers takes an engine a moment, or seconds. */
function anyRestart(random: Random, cast: Cast): Happening {
  const restoringMs = random.percent(50) ? RESTORING_MS : 1_000 + random.int(4_000);
  return {
    ...{ kind: 'engine-restarts', engine: anyEngine(random, cast), truthful: random.percent(50) },
    ...{ restoringMs, forMs: restoringMs + duration(random) },
  };
}

/** The number of an engine. */
export function anyEngine(random: Random, { engines }: Cast): number {
  return random.int(engines.length);
}

function duration(random: Random): number {
  return random.percent(50) ? random.int(1_500) : random.int(LONGEST_MS);
}

function long(random: Random): number {
  return 1_000 + random.int(LONGEST_MS - 1_000);
}
