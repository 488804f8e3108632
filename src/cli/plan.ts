import type { Command } from 'commander';
import { planView } from '../answers/plan.ts';
import { renderPlan } from '../diff/render.ts';
import { safeJson } from '../model/json.ts';
import { computePlan, type PlanReport } from '../pass/once.ts';
import { type ExitCode, planExitCode } from './exit-code.ts';
import type { Invoke, Session } from './invoke.ts';
import { print } from './output.ts';
import { problemLine } from './problem.ts';

const JSON_INDENT = 2;

interface PlanOptions {
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

/** `autodock plan`: what a pass would change. Writes nothing. */
export function definePlan(program: Command, invoke: Invoke): void {
  program
    .command('plan')
    .description('print what a pass would change; writes nothing')
    .option('--json', 'print JSON')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .action((options: PlanOptions, command: Command) =>
      invoke(command, { logTo: 'stderr', body: (session) => plan(options, session) }),
    );
}

async function plan(options: PlanOptions, session: Session): Promise<ExitCode> {
  const report = await computePlan(session);
  const text = options.json === true ? asJson(report) : renderPlan(report.plan);
  await print(session.stdout, `${text}\n`);
  for (const problem of report.problems) session.stderr.write(problemLine(problem));
  return planExitCode(report, options.detailedExitcode === true);
}

function asJson({ plan, problems }: PlanReport): string {
  return safeJson({ ...planView(plan, renderPlan(plan)), problems }, JSON_INDENT);
}
