import { expect, test } from 'vitest';
import { UNCHANGED } from './mutant.ts';
import { reportOf } from './report.ts';
import { scheduleOf } from './schedule.ts';
import { simulate, type Verdict } from './simulate.ts';

/** What a whole test run has the time for: they are the same each time, and thousands more are tried by `npm run simulate`. */
const SCHEDULES = Number(process.env.AUTODOCK_SIMULATION_SCHEDULES ?? 500);
const FIRST_SEED = Number(process.env.AUTODOCK_SIMULATION_SEED ?? 1);
const COMPARED = 25;
/** Of one schedule, on a machine that has much else to do. */
const SLOWEST_MS = 2_000;

/** What became of the first ones; the other test runs each of these once more. */
const verdicts = new Map<number, Verdict>();

test(`no invariant is broken in ${SCHEDULES} schedules from seed ${FIRST_SEED} on`, {
  timeout: 60_000 + SCHEDULES * SLOWEST_MS,
}, async () => {
  const began = process.hrtime.bigint();
  let writes = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
    const schedule = scheduleOf(seed);
    const verdict = await simulate(schedule);
    if (seed < FIRST_SEED + COMPARED) verdicts.set(seed, verdict);
    writes += verdict.writes;
    if (verdict.breach !== null) {
      expect.fail(await reportOf(schedule, UNCHANGED, verdict.breach));
    }
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(`${(SCHEDULES / seconds).toFixed(0)} schedules a second, ${writes} writes`);
  expect(writes).toBeGreaterThan(SCHEDULES);
});

test('the same seed gives the same run', {
  timeout: 60_000 + 2 * COMPARED * SLOWEST_MS,
}, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + COMPARED; seed++) {
    const first = verdicts.get(seed) ?? (await simulate(scheduleOf(seed)));
    expect(await simulate(scheduleOf(seed))).toEqual(first);
  }
});
