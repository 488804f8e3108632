import { type Random, randomFrom } from '../laws/random.ts';
import {
  anyDeed,
  anyDrain,
  anyEngine,
  anyHappening,
  anyHappeningOnHosts,
  anyRun,
} from './happenings.ts';
import { anyHostHappening } from './host-happenings.ts';
import type { Cast, Schedule, Step } from './step.ts';

/** Faults begin within this time. */
const STORMY_MS = 18_000;
/** What follows when all has come to rest, to see that it is followed at once. */
const CALM_STEPS = 3;
const CALM_STEP_MS = 3_500;
/** After so many per cent an engine is started anew at last. */
const RESTARTED = 20;

/** Of what happens to several hosts, so many per cent befall whole ones. */
const OF_HOSTS = 25;
/** So much more time it takes that a lease ends, and that somebody comes back. */
const HOSTS_STORMY_MS = 40_000;

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  const random = randomFrom(seed);
  return scheduleFor(seed, random, { cast: castOf(random), isOfHosts: false });
}

/** The same of several hosts on one Redis, which die, are cut off and come back. */
export function hostsScheduleOf(seed: number): Schedule {
  const random = randomFrom(seed ^ 0x4057);
  return scheduleFor(seed, random, { cast: castOfHosts(random), isOfHosts: true });
}

function scheduleFor(
  seed: number,
  random: Random,
  { cast, isOfHosts }: Pick<Schedule, 'cast' | 'isOfHosts'>,
): Schedule {
  const stormyMs = isOfHosts ? HOSTS_STORMY_MS : STORMY_MS;
  const any = isOfHosts
    ? () => (random.percent(OF_HOSTS) ? anyHostHappening : anyHappeningOnHosts)(random, cast)
    : () => anyHappening(random, cast);
  const steps: Step[] = [];
  const some = 3 + random.int(5);
  for (let n = 0; n < some; n++) steps.push({ at: 0, ...anyRun(random, cast) });
  const many = 4 + random.int(20);
  for (let n = 0; n < many; n++) {
    const step = { at: 500 + random.int(stormyMs), ...any() };
    steps.push(step, ...replacements(step, random, cast));
  }
  return { seed, cast, isOfHosts, steps: steps.sort((a, b) => a.at - b.at) };
}

/**
 * After most storms others start at once, as when a host's applications are deployed anew: they get the addresses of
 * those that the engine's list still shows.
 */
function replacements(step: Step, random: Random, cast: Cast): readonly Step[] {
  if (step.kind !== 'storm' || random.percent(30)) return [];
  return Array.from({ length: 1 + random.int(3) }, () => {
    const run = anyRun(random, cast);
    return { ...run, engine: step.engine, at: step.at + 50 + random.int(1_500) };
  });
}

/** What happens to the containers when all faults are over and mended; at last, while nobody is told of it. */
export function calmSteps({ seed, cast }: Schedule, from: number): readonly Step[] {
  const random = randomFrom(seed ^ 0xca1a);
  const isBlind = random.percent(30);
  const changes = Array.from({ length: CALM_STEPS }, (_, n): readonly Step[] => {
    const at = from + n * CALM_STEP_MS;
    // Of a signal that nobody hears no list tells: whoever listens anew has to ask for it.
    if (isBlind && n === CALM_STEPS - 1 && random.percent(50)) {
      return [{ at, ...anyDeed(random, cast, ['stop']) }];
    }
    if (random.percent(15)) {
      const storm = { at, kind: 'storm', engine: anyEngine(random, cast), percent: 70 } as const;
      return [storm, ...replacements(storm, random, cast)];
    }
    if (random.percent(15)) return [{ at, ...anyDrain(random, cast) }];
    return [
      random.percent(40) ? { at, ...anyRun(random, cast) } : { at, ...anyDeed(random, cast) },
    ];
  });
  const blind = {
    at: from + (CALM_STEPS - 1) * CALM_STEP_MS - 300,
    kind: 'stream-ends',
    engine: 0,
    forMs: 1_200,
  } as const;
  const restarts = random.percent(RESTARTED)
    ? [restart(random, cast, blind.at + CALM_STEP_MS)]
    : [];
  const last = isBlind ? [blind] : [];
  return [...changes.flat(), ...last, ...restarts].sort((a, b) => a.at - b.at);
}

/** An engine is killed, with all that it runs, and is silent for long when it comes back. */
function restart(random: Random, cast: Cast, at: number): Step {
  const engine = anyEngine(random, cast);
  const restoringMs = 2_500 + random.int(1_000);
  const forMs = restoringMs + random.int(1_000);
  return { at, kind: 'engine-restarts', engine, truthful: false, restoringMs, forMs };
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
    stoppingMs: random.pick([0, 5_000, 20_000]),
    minDeletes: random.pick([2, 3, 10]),
    confirmAfterMs: 5_000,
    leaseMs: 30_000,
    reapLastMs: 600_000,
  };
}

/** Two or three hosts of one controller each. */
function castOfHosts(random: Random): Cast {
  const engines = Array.from({ length: random.percent(60) ? 2 : 3 }, () => random.int(3));
  return {
    ...castOf(random),
    engines,
    controllers: engines.map((_, engine) => engine),
    leaseMs: 10_000,
    reapLastMs: random.pick([2_000, 20_000, 600_000]),
  };
}
