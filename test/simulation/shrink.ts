import type { Invariant } from './breach.ts';
import type { MakeMutant } from './mutant.ts';
import { simulate } from './simulate.ts';
import type { Schedule, Step } from './step.ts';

const MOST_RUNS = 400;

/** The steps of a schedule by their numbers. */
export function keepSteps(schedule: Schedule, kept: readonly number[]): Schedule {
  return { ...schedule, steps: schedule.steps.filter((_, number) => kept.includes(number)) };
}

/**
 * Leaves out steps, in halves first and one by one in the end, as long as the same invariant is broken.
 * Returns the numbers of those that are needed.
 */
export async function shrink(
  schedule: Schedule,
  mutant: MakeMutant,
  invariant: Invariant,
): Promise<readonly number[]> {
  let kept: readonly number[] = schedule.steps.map((_: Step, number) => number);
  let runs = 0;
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < kept.length && runs < MOST_RUNS; ) {
      runs += 1;
      const fewer = kept.toSpliced(from, size);
      const { breach } = await simulate(keepSteps(schedule, fewer), mutant);
      if (breach?.invariant === invariant) kept = fewer;
      else from += size;
    }
  }
  return kept;
}
