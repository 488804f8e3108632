import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import { WAITS } from './timeout.ts';
import type { WaitOptions } from './wait.ts';

const HELP = `
Asks the front itself, at front.addresses or 127.0.0.1:80, and so proves more
than that the route is written. An answer of 502, 503 or 504 is not one.

  docker compose up -d && autodock wait shop.example.com

Exit code 1: it does not answer in time; why is said as autodock explain does.`;

/** `autodock wait`: until a host is routed and answers through a front. */
export function defineWait(program: Command, invoke: Invoke): void {
  program
    .command('wait')
    .argument('<host>', 'a host')
    .description('wait until a host is routed and answers through the front')
    .option('--timeout <duration>', `for how long (default: ${WAITS})`)
    .addHelpText('after', HELP)
    .action((host: string, options: WaitOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./wait.ts')).wait(host, options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
