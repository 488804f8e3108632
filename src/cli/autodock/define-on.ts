import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';

/** `autodock on`: takes back what `autodock off` said. */
export function defineOn(program: Command, invoke: Invoke): void {
  program
    .command('on')
    .argument('<host>', 'a host, or a wildcard')
    .description('let its backends answer a host again that was taken off')
    .action((host: string, _: object, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./off.ts')).on(host, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
