import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';

/** `autodock run`, and `autodock` alone: the controller, until a signal or a fatal error. */
export function defineRun(program: Command, invoke: Invoke): void {
  const body = async (surroundings: Surroundings) => (await import('./run.ts')).run(surroundings);
  const action = (_options: unknown, command: Command) =>
    invoke(command, { logTo: 'stdout', body });
  program
    .command('run')
    .description('keep the routes right until stopped (default)')
    .action(action);
  program.action(action);
}
