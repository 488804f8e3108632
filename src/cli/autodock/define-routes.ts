import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';
import type { RoutesOptions } from './routes.ts';

const HELP = `
A backend's owner is "self" (this engine's controller), the name of another
engine, or "foreign": nobody claims it, and autodock never touches it. "held"
is a vhost without a backend that answers 503 instead of 404. Containers have
the names that their hosts tell: of a task of Swarm its service and slot, as
shop.1.

JSON:
  {"owner", "routes": [{"vhost", "state", "identifier", "backends": [{"url",
   "weight", "owner", "ownerId", "engine", "containers", "names", "slots",
   "usable", "named"}], "dead": [{"host", "slots", "expiresInMs"}]}]}
  state: routed, held, empty, wrong-type, too-long; owner: self, other,
  foreign; slots count from 0`;

/** `autodock routes`: what stands in Redis. Needs no Docker, and writes nothing. */
export function defineRoutes(program: Command, invoke: Invoke): void {
  program
    .command('routes')
    .description(
      'list all frontends in Redis: backends, weights, owners, dead marks; writes nothing',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: RoutesOptions, command: Command) => {
      const body = async (surroundings: Surroundings) =>
        (await import('./routes.ts')).routes(options, surroundings);
      return invoke(command, { logTo: 'stderr', body });
    });
}
