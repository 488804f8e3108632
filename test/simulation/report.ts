import type { MakeMutant } from './mutant.ts';
import { keepSteps, shrink } from './shrink.ts';
import { simulate, type Verdict } from './simulate.ts';
import { describeStep, type Schedule } from './step.ts';

/** The shortest schedule that can be found for a breach, in words, and how to run it again. */
export async function reportOf(
  schedule: Schedule,
  mutant: MakeMutant,
  { invariant }: NonNullable<Verdict['breach']>,
): Promise<string> {
  const kept = await shrink(schedule, mutant, invariant);
  const short = keepSteps(schedule, kept);
  const { breach } = await simulate(short, mutant);
  const at = breach === null ? '' : ` at ${seconds(breach.at)}`;
  return [
    `seed ${schedule.seed}: invariant ${invariant}${at}: ${breach?.what ?? ''}`,
    `cast ${JSON.stringify(schedule.cast)}`,
    ...short.steps.map((step) => `${seconds(step.at)} ${describeStep(step)}`),
    `npm run simulate --${schedule.isOfHosts ? ' --hosts' : ''} --seed ${schedule.seed} --keep ${kept.join() || 'none'} --trace`,
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)} s`;
}
