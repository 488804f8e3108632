import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { DrainOptions } from './drain.ts';
import { WAITS } from './timeout.ts';

const HELP = `
A container that is drained gets no new requests from any front; what it has
begun it ends. Its controller takes it out within a second, wherever it runs:
this needs Redis alone. It stays so until  autodock undrain  or its end. NAME is
the name of a container that asks for routes, or its id; --owner says whose,
where several hosts have one of that name.

  autodock drain shop-1          before it is looked into
  autodock drain shop-1 --wait   before it is stopped: returns when every front
                                 that is alive has left it and what was on its
                                 way has ended, and says meanwhile what is left
  autodock drain --all           before this host is restarted; shows first what
                                 that is, and asks on a terminal (--yes: does
                                 not)

Exit code 1: a name is not known, and nothing was drained; or no to --all;
or something was left when the time was over.`;

/** `autodock drain`: withdraws containers by name, until they are undrained or have ended. */
export function defineDrain(program: Command, invoke: Invoke): void {
  program
    .command('drain')
    .argument('[name...]', 'containers: names, or beginnings of ids')
    .description('let containers get no new requests, on whichever host they run')
    .option('--all', 'all containers of an owner (default: this engine)')
    .option('-y, --yes', 'with --all: do not ask on a terminal')
    .option('--wait', 'until no front has a request or a WebSocket on its way there')
    .option('--timeout <duration>', `for how long --wait waits (default: ${WAITS})`)
    .addHelpText('after', HELP)
    .action((names: readonly string[], options: DrainOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./drain.ts')).drain(names, options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
