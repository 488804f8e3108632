import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';

/** `autodock once`: one pass, for cron and CI. */
export function defineOnce(program: Command, invoke: Invoke): void {
  const body = async (surroundings: Surroundings) => (await import('./once.ts')).once(surroundings);
  program
    .command('once')
    .description('one pass, then exit')
    .action((_options: unknown, command: Command) => invoke(command, { logTo: 'stderr', body }));
}
