import { afterAll, describe, expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { scheduleOf } from './schedule.ts';
import { keepSteps, shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

/** Each fault is found within so many schedules. */
const MOST_SCHEDULES = 600;

describe('a controller with a deliberate fault is found out', () => {
  const rows: string[] = [];

  test.for(MUTANTS.map((make) => ({ make, name: make().name })))(
    '$name',
    {
      timeout: 300_000,
    },
    async ({ make, name }) => {
      for (let seed = 1; seed <= MOST_SCHEDULES; seed++) {
        const { breach } = await simulate(scheduleOf(seed), make);
        if (breach === null) continue;
        rows.push(
          `${name.padEnd(46)} | ${breach.invariant} | ${String(seed).padStart(9)} | ${breach.what}`,
        );
        return;
      }
      expect.fail(`not within ${MOST_SCHEDULES} schedules`);
    },
  );

  afterAll(() => {
    const head = `${'fault'.padEnd(46)} | invariant | schedules needed (the last one is the seed) | breach`;
    console.log([head, ...rows].join('\n'));
  });
});

test('a schedule that breaks an invariant is cut down to what is needed for it', {
  timeout: 60_000,
}, async () => {
  const make = MUTANTS.find((one) => one().name === 'the list is written as a whole');
  if (make === undefined) throw new Error('there is no such mutant');
  const schedule = scheduleOf(2);
  const invariantOf = async (steps: readonly number[]) =>
    (await simulate(keepSteps(schedule, steps), make)).breach?.invariant;
  const kept = await shrink(schedule, make, 1);

  expect(await invariantOf(schedule.steps.map((_, number) => number))).toBe(1);
  expect(await invariantOf(kept)).toBe(1);
  expect(kept.length).toBeGreaterThan(0);
  for (const number of kept) {
    expect(await invariantOf(kept.filter((other) => other !== number))).not.toBe(1);
  }
});
