import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { ReleaseOptions } from './release.ts';

const HELP = `
Shows first what goes, and asks; without a terminal --yes has to be given.
Backends of other owners and foreign ones stay. Stop the controller of that
owner first: while it runs it puts everything back. It may be interrupted, and
run again.

  autodock release             before autodock leaves this host
  autodock release --owner ID  after an engine was installed anew: what it left
                               under its old ID. Needs no Docker. autodock
                               routes --json names the owners

Exit code 1: something is left, or the answer was no.`;

/** `autodock release`: withdraws everything that an owner claims. */
export function defineRelease(program: Command, invoke: Invoke): void {
  program
    .command('release')
    .description('withdraw all that an owner (default: this engine) claims; shows it first')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', HELP)
    .action((options: ReleaseOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./release.ts')).release(options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
