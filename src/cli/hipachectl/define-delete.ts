import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { DeleteOptions } from './delete.ts';

const HELP = `
Without -i it fails and changes nothing: the tool of 2015 took the whole host
then, which is --all now. What a controller claims stays, unless --force is
given; its next pass then puts it back.`;

/** `hipachectl delete ID HOST -i IP [-p PORT]`: takes a backend away, or with `--all` the whole host. */
export function defineDelete(program: Command, invoke: Invoke): void {
  program
    .command('delete')
    .description('delete a backend of a virtual host, or all of it')
    .argument('<id>', 'as for add; it does not matter')
    .argument('<host>', 'host name, *.example.com or *')
    .option('-i, --ip <IP>', 'address of the backend, or its whole URL')
    .option('-p, --port <PORT>', 'port of the backend (default: 80)')
    .option('--all', 'delete all backends of the host')
    .option('--force', 'delete also what a controller claims')
    .addHelpText('after', HELP)
    .action((_id: string, host: string, options: DeleteOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./delete.ts')).remove(host, options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
