import { type Random, randomFrom } from '../laws/random.ts';
import type { Spec } from './box.ts';
import {
  EVENT_FAULTS,
  type EventFault,
  STRIKES,
  type Strike,
  TARGETS,
  type Target,
} from './door-faults.ts';
import { DEEDS, type Deed } from './engine.ts';

/** One thing that happens; `forMs`: how long it lasts. */
export type Happening =
  | { readonly kind: 'run'; readonly engine: number; readonly spec: Spec }
  | { readonly kind: 'deed'; readonly engine: number; readonly box: number; readonly deed: Deed }
  | { readonly kind: 'storm'; readonly engine: number; readonly percent: number }
  | {
      readonly kind: 'strike';
      readonly engine: number;
      readonly target: Target;
      readonly strike: Strike;
      readonly forMs: number;
    }
  | {
      readonly kind: 'events';
      readonly engine: number;
      readonly fault: EventFault;
      readonly forMs: number;
    }
  | { readonly kind: 'engine-freezes'; readonly engine: number; readonly forMs: number }
  | {
      readonly kind: 'engine-restarts';
      readonly engine: number;
      readonly forMs: number;
      readonly truthful: boolean;
    }
  | { readonly kind: 'stream-ends'; readonly engine: number; readonly forMs: number }
  | { readonly kind: 'redis-freezes'; readonly forMs: number }
  | {
      readonly kind: 'redis-restarts';
      readonly forMs: number;
      readonly how: 'as-saved' | 'empty' | 'as-it-was';
    }
  | { readonly kind: 'redis-is-full'; readonly forMs: number }
  | {
      readonly kind: 'redis-loses';
      readonly loss: 'request' | 'reply';
      readonly ofWrites: boolean;
      readonly batches: number;
    }
  | { readonly kind: 'redis-is-torn'; readonly forMs: number }
  | { readonly kind: 'redis-saves' }
  | { readonly kind: 'flush' }
  | {
      readonly kind: 'foreign';
      readonly host: string;
      readonly url: string;
      readonly how: 'push' | 'insert' | 'remove';
    }
  | { readonly kind: 'edit'; readonly host: string; readonly how: 'drop' | 'delete' | 'disown' }
  | {
      readonly kind: 'spoil';
      readonly host: string;
      readonly what: 'list' | 'marks' | 'claim';
      readonly forMs: number;
    }
  | { readonly kind: 'mark'; readonly host: string; readonly slot: number; readonly forMs: number }
  | {
      readonly kind: 'crash';
      readonly controller: number;
      readonly steps: number;
      readonly forMs: number;
    };

/** A happening, and when: milliseconds of virtual time. */
export type Step = Happening & { readonly at: number };

/** Who takes part. */
export interface Cast {
  /** The kind of each engine, by its number. */
  readonly engines: readonly number[];
  /** The engine of each controller, by its number. */
  readonly controllers: readonly number[];
  readonly resyncMs: number;
  readonly holdMs: number;
  readonly minDeletes: number;
  readonly confirmAfterMs: number;
}

/** All that is to happen in one simulation. What is left open (delays) follows from the seed. */
export interface Schedule {
  readonly seed: number;
  readonly cast: Cast;
  /** In the order of time. */
  readonly steps: readonly Step[];
}

export const HOSTS = ['a.test', 'b.test', 'c.test', 'd.test', 'e.x.test', '*.x.test', '*'] as const;
/** Requested hosts that only a wildcard answers. */
export const ASKED = [...HOSTS, 'f.x.test', 'other.test'] as const;
const FOREIGN = ['http://foreign-1:1', 'http://foreign-2:1'] as const;
/** Like what a controller writes, in all spellings. */
const LIKE_OURS = ['http://172.17.0.2:80', 'http://172.17.0.3', 'http://172.17.0.2/'] as const;

/** Faults begin within this time; each lasts at most the other. */
const STORMY_MS = 18_000;
const LONGEST_MS = 10_000;
/** What follows when all has come to rest, to see that it is followed at once. */
const CALM_STEPS = 3;
const CALM_STEP_MS = 3_500;

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  const random = randomFrom(seed);
  const cast = castOf(random);
  const steps: Step[] = [];
  const some = 3 + random.int(5);
  for (let n = 0; n < some; n++) steps.push({ at: 0, ...anyRun(random, cast) });
  const many = 4 + random.int(20);
  for (let n = 0; n < many; n++) {
    steps.push({ at: 500 + random.int(STORMY_MS), ...anyHappening(random, cast) });
  }
  return { seed, cast, steps: steps.sort((a, b) => a.at - b.at) };
}

/** What happens to the containers when all faults are over and mended; at last, while nobody is told of it. */
export function calmSteps({ seed, cast }: Schedule, from: number): readonly Step[] {
  const random = randomFrom(seed ^ 0xca1a);
  const changes = Array.from({ length: CALM_STEPS }, (_, n): Step => {
    const at = from + n * CALM_STEP_MS;
    if (random.percent(15)) return { at, kind: 'storm', engine: engine(random, cast), percent: 70 };
    return random.percent(40) ? { at, ...anyRun(random, cast) } : { at, ...anyDeed(random, cast) };
  });
  const last = changes.at(-1)?.at ?? from;
  const blind = { at: last - 300, kind: 'stream-ends', engine: 0, forMs: 1_200 } as const;
  return random.percent(30) ? [...changes.slice(0, -1), blind, ...changes.slice(-1)] : changes;
}

/** When the last fault of a schedule is over. */
export function endOf({ steps }: Schedule): number {
  return Math.max(0, ...steps.map((step) => step.at + ('forMs' in step ? step.forMs : 0)));
}

/** A step in words. */
export function describeStep({ kind, at: _, ...rest }: Step): string {
  const told = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [kind, ...told].join(' ');
}

function castOf(random: Random): Cast {
  const engines = Array.from({ length: random.percent(70) ? 1 : 2 }, () => random.int(3));
  const controllers = engines.map((_, engine) => engine);
  if (random.percent(30)) controllers.push(0);
  return {
    engines,
    controllers,
    resyncMs: random.pick([10_000, 20_000, 30_000]),
    holdMs: random.pick([0, 2_000, 10_000]),
    minDeletes: random.pick([2, 3, 10]),
    confirmAfterMs: 5_000,
  };
}

function anyRun(random: Random, cast: Cast): Happening {
  const hosts = random.percent(75)
    ? random.pick(HOSTS)
    : [random.pick(HOSTS), random.pick(HOSTS)].join(' ');
  const spec = { hosts, weight: random.percent(85) ? 1 : 2, hasHealthcheck: random.percent(20) };
  return { kind: 'run', engine: random.int(cast.engines.length), spec };
}

function anyDeed(random: Random, cast: Cast): Happening {
  const engine = random.int(cast.engines.length);
  return { kind: 'deed', engine, box: random.int(12), deed: random.pick(DEEDS) };
}

type Make = (random: Random, cast: Cast) => Happening;

/** What may happen, with how often. */
const MAKERS: readonly (readonly [weight: number, make: Make])[] = [
  [16, anyRun],
  [40, anyDeed],
  [
    4,
    (random, cast) => ({
      kind: 'storm',
      engine: engine(random, cast),
      percent: 50 + random.int(51),
    }),
  ],
  [20, anyStrike],
  [
    8,
    (random, cast) => ({
      kind: 'events',
      engine: engine(random, cast),
      fault: random.pick(EVENT_FAULTS),
      forMs: duration(random),
    }),
  ],
  [
    4,
    (random, cast) => ({
      kind: 'engine-freezes',
      engine: engine(random, cast),
      forMs: duration(random),
    }),
  ],
  [
    4,
    (random, cast) => ({
      kind: 'engine-restarts',
      engine: engine(random, cast),
      truthful: random.percent(50),
      forMs: duration(random),
    }),
  ],
  [
    4,
    (random, cast) => ({
      kind: 'stream-ends',
      engine: engine(random, cast),
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
      steps: random.int(8),
      forMs: random.int(4_000),
    }),
  ],
];
const TOTAL = MAKERS.reduce((sum, [weight]) => sum + weight, 0);

function anyHappening(random: Random, cast: Cast): Happening {
  let left = random.int(TOTAL);
  for (const [weight, make] of MAKERS) {
    left -= weight;
    if (left < 0) return make(random, cast);
  }
  throw new Error('the weights do not add up');
}

/** What cannot be told from the truth (a list that lacks containers) strikes the full list alone. */
function anyStrike(random: Random, cast: Cast): Happening {
  const strike = random.pick(STRIKES);
  const target = strike === 'shrunk' ? 'list' : random.pick(TARGETS);
  const forMs = strike === 'shrunk' ? random.int(cast.confirmAfterMs - 1_500) : duration(random);
  return { kind: 'strike', engine: engine(random, cast), target, strike, forMs };
}

function engine(random: Random, { engines }: Cast): number {
  return random.int(engines.length);
}

function duration(random: Random): number {
  return random.percent(50) ? random.int(1_500) : random.int(LONGEST_MS);
}
