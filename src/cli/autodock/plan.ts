import { planView } from '../../answers/plan.ts';
import { renderPlan } from '../../diff/render.ts';
import { safeJson } from '../../model/json.ts';
import { computePlan, type PlanReport } from '../../pass/once.ts';
import { type ExitCode, planExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';

const JSON_INDENT = 2;

/** What the command line says. */
export interface PlanOptions {
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

/** Prints what a pass would change. */
export async function plan(options: PlanOptions, surroundings: Surroundings): Promise<ExitCode> {
  const report = await computePlan(surroundings);
  const text = options.json === true ? asJson(report) : renderPlan(report.plan);
  await print(surroundings.stdout, `${text}\n`);
  for (const problem of report.problems) surroundings.stderr.write(problemLine(problem));
  return planExitCode(report, options.detailedExitcode === true);
}

function asJson({ plan, problems }: PlanReport): string {
  return safeJson({ ...planView(plan, renderPlan(plan)), problems }, JSON_INDENT);
}
