import { expect, test } from 'vitest';
import { renderReport } from './report.ts';
import { runSoak } from './soak.ts';

/** A minute of `npm run soak`, with the same seed each time; its timing is real and so never quite the same. */
const SECONDS = 45;
const SEED = 1;

test('a minute of random churn and random faults breaks no invariant and no request without a cause', async ({
  signal,
}) => {
  const report = await runSoak({ seconds: SECONDS, seed: SEED, signal, onLine: console.log });

  console.log(renderReport(report));
  expect(report.violations).toEqual([]);
  expect(report.requests.unexplained).toEqual([]);
  expect(report.samples).toBeGreaterThan(SECONDS);
  expect([...report.survived.values()].some((times) => times > 0)).toBe(true);
  expect(report.requests.answered).toBeGreaterThan(0);
});
