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
  const [make] = MUTANTS;
  if (make === undefined) throw new Error('there are mutants');
  const schedule = scheduleOf(1);
  const whole = await simulate(schedule, make);
  const kept = await shrink(schedule, make, whole.breach?.invariant ?? 4);
  const short = await simulate(keepSteps(schedule, kept), make);

  expect(kept.length).toBeLessThan(schedule.steps.length);
  expect(kept).toHaveLength(1);
  expect(short.breach?.invariant).toBe(whole.breach?.invariant);
});
