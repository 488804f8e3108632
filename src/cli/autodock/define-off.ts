import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { OffOptions } from './off.ts';

const HELP = `
Fronts answer HOST with 503, Retry-After and a page that says the text, whoever
has backends there, until  autodock on HOST. Nothing else changes, and restarts
change nothing of it. HOST may be a wildcard that has a list: then all hosts that
it answers for are off. The health checks of the front are answered as ever.`;

/** `autodock off`: lets fronts answer for a host themselves. */
export function defineOff(program: Command, invoke: Invoke): void {
  program
    .command('off')
    .argument('<host>', 'a host, or a wildcard')
    .description('let fronts answer a host with 503 and a text, for maintenance')
    .option('--text <text>', 'what clients read')
    .addHelpText('after', HELP)
    .action((host: string, options: OffOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./off.ts')).off(host, options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
