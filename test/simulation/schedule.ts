import { type Random, randomFrom } from '../laws/random.ts';
import { anyDeed, anyEngine, anyHappening, anyRun } from './happenings.ts';
import type { Cast, Schedule, Step } from './step.ts';

/** Faults begin within this time. */
const STORMY_MS = 18_000;
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
    if (random.percent(15))
      return { at, kind: 'storm', engine: anyEngine(random, cast), percent: 70 };
    return random.percent(40) ? { at, ...anyRun(random, cast) } : { at, ...anyDeed(random, cast) };
  });
  const last = changes.at(-1)?.at ?? from;
  const blind = { at: last - 300, kind: 'stream-ends', engine: 0, forMs: 1_200 } as const;
  return random.percent(30) ? [...changes.slice(0, -1), blind, ...changes.slice(-1)] : changes;
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
