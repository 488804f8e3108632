import { afterAll, describe, expect, test } from 'vitest';
import { findFault } from './find-fault.ts';
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
      const found = await findFault(make, scheduleOf, MOST_SCHEDULES);
      if (found === null) expect.fail(`not within ${MOST_SCHEDULES} schedules`);
      const { invariant, what } = found.breach;
      rows.push(`${name.padEnd(60)} | ${invariant} | ${String(found.seed).padStart(4)} | ${what}`);
    },
  );

  afterAll(() => {
    console.log(['fault | invariant | seed | breach', ...rows].join('\n'));
  });
});

test('a schedule that breaks an invariant is cut down to what is needed for it', {
  timeout: 300_000,
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
