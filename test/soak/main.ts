import { parseArgs } from 'node:util';
import { isGood, renderReport } from './report.ts';
import { runSoak } from './soak.ts';

const HELP = `npm run soak -- [--minutes N] [--seed S]   real parts in random churn and random faults, a minute by default;
                                         a seed repeats the choices, not the times`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit();
}
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  throw new Error('--minutes is a number above 0, --seed a whole number');
}
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    console.log('ends after this round');
    ending.abort();
  });
}
console.log(`soaking for ${minutes} minutes with seed ${seed}`);
const report = await runSoak({
  seconds: minutes * 60,
  seed,
  signal: ending.signal,
  onLine: console.log,
});
console.log(renderReport(report));
process.exitCode = isGood(report) ? 0 : 1;
