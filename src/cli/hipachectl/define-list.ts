import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { ListOptions } from './list.ts';

/** `hipachectl list`: every frontend, however many backends it has. */
export function defineList(program: Command, invoke: Invoke): void {
  program
    .command('list')
    .description('list all virtual hosts; writes nothing')
    .option('--json', 'print JSON, as autodock routes does')
    .action((options: ListOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./list.ts')).list(options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
