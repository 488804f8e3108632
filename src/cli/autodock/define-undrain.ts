import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { UndrainOptions } from './undrain.ts';

/** `autodock undrain`: lets drained containers be routed again. */
export function defineUndrain(program: Command, invoke: Invoke): void {
  program
    .command('undrain')
    .argument('[name...]', 'containers: names, or beginnings of ids')
    .description('let drained containers be routed again')
    .option('--all', 'all that are drained of an owner (default: this engine)')
    .action((names: readonly string[], options: UndrainOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./undrain.ts')).undrain(names, options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
