import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { PlanOptions } from './plan.ts';

/** `autodock plan`: what a pass would change. Writes nothing. */
export function definePlan(program: Command, invoke: Invoke): void {
  program
    .command('plan')
    .description('print what a pass would change; writes nothing')
    .option('--json', 'print JSON')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .action((options: PlanOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./plan.ts')).plan(options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
