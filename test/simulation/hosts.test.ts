import { afterAll, describe, expect, test } from 'vitest';
import { findFault } from './find-fault.ts';
import { HOST_MUTANTS } from './host-mutants.ts';
import { UNCHANGED } from './mutant.ts';
import { reportOf } from './report.ts';
import { hostsScheduleOf } from './schedule.ts';
import { simulate } from './simulate.ts';

const SCHEDULES = Number(process.env.AUTODOCK_HOST_SCHEDULES ?? 60);
const FIRST_SEED = Number(process.env.AUTODOCK_SIMULATION_SEED ?? 1);
/** Each fault is found within so many schedules. */
const MOST_SCHEDULES = 200;
/** Of one schedule, with the processor time that a whole test run leaves to it. */
const SLOWEST_MS = 10_000;

test(`no invariant is broken in ${SCHEDULES} schedules of several hosts`, {
  timeout: 60_000 + SCHEDULES * SLOWEST_MS,
}, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
    const schedule = hostsScheduleOf(seed);
    const { breach } = await simulate(schedule);
    if (breach !== null) expect.fail(await reportOf(schedule, UNCHANGED, breach));
  }
});

describe('a fault of leases or of reaping is found out', () => {
  const rows: string[] = [];

  test.for(HOST_MUTANTS.map((make) => ({ make, name: make().name })))(
    '$name',
    { timeout: 60_000 + MOST_SCHEDULES * SLOWEST_MS },
    async ({ make, name }) => {
      const found = await findFault(make, hostsScheduleOf, MOST_SCHEDULES);
      if (found === null) expect.fail(`not within ${MOST_SCHEDULES} schedules`);
      const { invariant, what } = found.breach;
      rows.push(`${name.padEnd(50)} | ${invariant} | ${String(found.seed).padStart(4)} | ${what}`);
    },
  );

  afterAll(() => console.log(['fault | invariant | seed | breach', ...rows].join('\n')));
});
