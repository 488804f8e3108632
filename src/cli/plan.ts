import type { Command } from 'commander';
import { renderPlan } from '../diff/render.ts';
import { computePlan } from '../one-shot.ts';
import { type ExitCode, planExitCode } from './exit-code.ts';
import type { Invoke, Session } from './invoke.ts';
import { print } from './output.ts';
import { planAsJson } from './plan-json.ts';
import { problemLine } from './problem.ts';

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
  const report = await computePlan(session.config, session.logger);
  const text = options.json === true ? planAsJson(report) : renderPlan(report.plan);
  await print(session.stdout, `${text}\n`);
  for (const problem of report.problems) session.stderr.write(problemLine(problem));
  return planExitCode(report, options.detailedExitcode === true);
}
