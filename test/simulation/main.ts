import { parseArgs } from 'node:util';
import { HOST_MUTANTS } from './host-mutants.ts';
import { UNCHANGED } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { reportOf } from './report.ts';
import { hostsScheduleOf, scheduleOf } from './schedule.ts';
import { keepSteps } from './shrink.ts';
import { simulate } from './simulate.ts';

const HELP = `npm run simulate -- [--schedules N] [--seed S]   N schedules from seed S on (1,000 from 1)
npm run simulate -- --seed S --trace [--keep 1,4,7]   one schedule, or these steps of it, told step by step
  --hosts         of several hosts, which die, are cut off and come back
  --mutant TEXT   with the deliberate fault whose name holds this text`;

const MUTANTS_OF_ALL = [...MUTANTS, ...HOST_MUTANTS];

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    mutant: { type: 'string' },
    hosts: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const { mutant: wanted, keep } = values;
const mutant =
  wanted === undefined ? UNCHANGED : MUTANTS_OF_ALL.find((one) => one().name.includes(wanted));
if (mutant === undefined) throw new Error(`no mutant has ${wanted} in its name`);
const first = Number(values.seed);
const make = values.hosts ? hostsScheduleOf : scheduleOf;

if (values.help) {
  console.log(HELP);
} else if (values.trace || keep !== undefined) {
  const whole = make(first);
  const schedule = keep === undefined ? whole : keepSteps(whole, keep.split(',').map(Number));
  const { breach } = await simulate(schedule, mutant, values.trace ? console.log : undefined);
  console.log(breach === null ? 'no invariant was broken' : breach);
  process.exitCode = breach === null ? 0 : 1;
} else {
  await simulateMany(Number(values.schedules));
}

/** Goes on after a breach: the next one may be another. */
async function simulateMany(count: number): Promise<void> {
  const began = process.hrtime.bigint();
  let broken = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const schedule = make(seed);
    const { breach } = await simulate(schedule, mutant);
    if (breach === null) continue;
    broken += 1;
    console.log(`${await reportOf(schedule, mutant ?? UNCHANGED, breach)}\n`);
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const speed = (count / seconds).toFixed(0);
  console.log(`${count} schedules from seed ${first}, ${speed} a second: ${broken} broken`);
  process.exitCode = broken === 0 ? 0 : 1;
}
