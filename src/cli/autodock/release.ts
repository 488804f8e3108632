import { renderPlan } from '../../diff/render.ts';
import type { Owner } from '../../model/ids.ts';
import type { Plan } from '../../model/plan.ts';
import {
  createRelease,
  type Release,
  type Released,
  type ReleasePlan,
} from '../../pass/release.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { durationText, UNDATED } from '../show/words.ts';
import { confirm } from './ask.ts';
import { withdrawnOtherwise } from './withdrawn-otherwise.ts';

/** What the command line says. */
export interface ReleaseOptions {
  readonly yes?: boolean;
}

/** Shows what an owner claims, asks, and withdraws it. */
export function release({ yes }: ReleaseOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { config, stdout, stderr } = surroundings;
  return withWiring(surroundings, 'write', async (wiring) => {
    const owner = await wiring.owner();
    const work = createRelease(wiring, config);
    const planned = await work.look();
    if (isNothing(planned)) {
      await print(stdout, `Nothing to release: owner ${owner} claims nothing.\n`);
      return 0;
    }
    await print(stdout, `${renderPlan(planned.plan)}\n`);
    const warning = aliveWarning(owner, planned);
    if (warning !== null) stderr.write(problemLine(warning));
    if (yes !== true && !(await isConfirmed(surroundings))) return 1;
    return finish(planned.plan, work, surroundings);
  });
}

function isNothing({ plan: { changes, faults }, passed }: ReleasePlan): boolean {
  return changes.length + faults.length === 0 && passed === null;
}

/** A controller that runs puts back what is taken from it. */
function aliveWarning(owner: Owner, { passed }: ReleasePlan): string | null {
  if (passed === null || passed.isLive === false) return null;
  const ago = passed.agoMs === null ? UNDATED : `${durationText(passed.agoMs)} ago`;
  return `warning: owner ${owner} passed ${ago}; if its controller still runs it puts everything back: stop it first`;
}

async function isConfirmed({ stdin, stderr }: Surroundings): Promise<boolean> {
  if (stdin.isTTY !== true) {
    stderr.write(problemLine('nothing was withdrawn: there is no terminal to ask on; add --yes'));
    return false;
  }
  const isYes = await confirm('Withdraw all of this?', { input: stdin, output: stderr });
  if (!isYes) stderr.write(problemLine('nothing was withdrawn'));
  return isYes;
}

async function finish(shown: Plan, work: Release, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  const { owner } = shown;
  const released = await work.run();
  const otherwise = withdrawnOtherwise(shown, released.pass.plan);
  if (otherwise !== null) await print(stdout, `${otherwise}\n`);
  const problems = problemsOf(owner, released);
  for (const problem of problems) stderr.write(problemLine(problem));
  if (problems.length > 0) return 1;
  await print(stdout, `Released: owner ${owner} claims nothing any more.\n`);
  return 0;
}

function problemsOf(owner: Owner, { pass, forgotten }: Released): readonly string[] {
  const faults = pass.faults.map(({ key, problem }) => `${key}: ${problem}; it is left as it is`);
  if (forgotten === 'forgotten') return faults;
  if (forgotten === 'fenced') {
    return [
      ...faults,
      `the controller of owner ${owner} still runs, and puts everything back: stop it, then release again`,
    ];
  }
  return [...faults, `owner ${owner} still claims something; its keys are left`];
}
