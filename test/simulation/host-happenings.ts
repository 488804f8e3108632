import type { Random } from '../laws/random.ts';
import type { Cast, Happening } from './step.ts';

/** A host is gone for shorter or longer than its lease. */
const LONGEST_DEATH_MS = 55_000;
const LONGEST_CUT_MS = 40_000;
const HOUR_MS = 3_600_000;

type Make = (random: Random, cast: Cast) => Happening;

const MAKERS: readonly Make[] = [
  (random, cast) => ({
    kind: 'host-dies',
    engine: random.int(cast.engines.length),
    forMs: random.int(LONGEST_DEATH_MS),
  }),
  (random, cast) => ({
    kind: 'host-is-cut-off',
    engine: random.int(cast.engines.length),
    how: random.pick(['lost', 'late'] as const),
    atWrite: random.percent(60),
    forMs: random.int(LONGEST_CUT_MS),
  }),
  (random) => ({
    kind: 'clock-jumps',
    byMs: random.pick([-HOUR_MS, -12_000, -1_000, 1_000, 12_000, HOUR_MS]),
  }),
  (random, cast) => ({
    kind: 'version-changes',
    controller: random.int(cast.controllers.length),
    isOlder: random.percent(60),
    forMs: random.int(2_000),
  }),
  (random) => ({ kind: 'redis-fails-over', forMs: 200 + random.int(3_000) }),
];

/** What befalls whole hosts that share one Redis. */
export function anyHostHappening(random: Random, cast: Cast): Happening {
  return random.pick(MAKERS)(random, cast);
}
