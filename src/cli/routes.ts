import type { Command } from 'commander';
import { routesOf } from '../explain/routes.ts';
import { safeJson } from '../model/json.ts';
import { withWiring } from '../pass/with-wiring.ts';
import { surveyRedisAlone } from '../survey/survey.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invoke, Session } from './invoke.ts';
import { print } from './output.ts';
import { problemLine } from './problem.ts';
import { terminalOf } from './show/terminal.ts';

const JSON_INDENT = 2;

const HELP = `
A backend's owner is "self" (this engine's controller), the name of another
engine, or "foreign": nobody claims it, and autodock never touches it. "held"
is a vhost without a backend that answers 503 instead of 404.

JSON:
  {"owner", "routes": [{"vhost", "state", "identifier", "backends": [{"url",
   "weight", "owner", "ownerId", "engine", "containers", "slots", "usable",
   "named"}], "dead": [{"host", "slots", "expiresInMs"}]}]}
  state: routed, held, empty, wrong-type, too-long; owner: self, other,
  foreign; slots count from 0`;

interface RoutesOptions {
  readonly json?: boolean;
}

/** `autodock routes`: what stands in Redis. Needs no Docker, and writes nothing. */
export function defineRoutes(program: Command, invoke: Invoke): void {
  program
    .command('routes')
    .description(
      'list all frontends in Redis: backends, weights, owners, dead marks; writes nothing',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action((options: RoutesOptions, command: Command) =>
      invoke(command, { logTo: 'stderr', body: (session) => routes(options, session) }),
    );
}

async function routes({ json }: RoutesOptions, session: Session): Promise<ExitCode> {
  const { stdout, stderr } = session;
  const { self, redis } = await withWiring(session, 'read', (wiring) =>
    surveyRedisAlone(wiring, session.config),
  );
  if (redis.kind === 'failed') {
    stderr.write(problemLine(redis.problem));
    return 1;
  }
  const found = routesOf(redis.facts, self);
  const { showRoutes } = await import('./show/show-routes.ts');
  const text =
    json === true
      ? safeJson({ owner: self, routes: found }, JSON_INDENT)
      : showRoutes(found, terminalOf(stdout));
  await print(stdout, `${text}\n`);
  return 0;
}
