import { type RouteView, routesOf } from '../../explain/routes.ts';
import { safeJson } from '../../model/json.ts';
import { surveyRedis } from '../../survey/read-redis.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { type Terminal, terminalOf } from '../show/terminal.ts';
import { withRedis } from './with-redis.ts';

const JSON_INDENT = 2;
const NOTHING_ELSE: ReadonlySet<string> = new Set();

/** What the command line says. */
export interface ListOptions {
  readonly json?: boolean;
}

/** Prints every frontend, however many backends it has. */
export async function list({ json }: ListOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { config, stdout } = surroundings;
  const self = config.owner;
  const found = await withRedis(surroundings, 'read', async (redis, keys) =>
    routesOf(await surveyRedis(redis, keys, { self, alsoVhosts: NOTHING_ELSE }), self),
  );
  const text =
    json === true
      ? safeJson({ owner: self, routes: found }, JSON_INDENT)
      : await tableOf(found, terminalOf(stdout));
  await print(stdout, `${text}\n`);
  return 0;
}

/** What lays out tables is a tenth of a start, which JSON does without. */
async function tableOf(found: readonly RouteView[], terminal: Terminal): Promise<string> {
  const { showRoutes } = await import('../show/show-routes.ts');
  return showRoutes(found, terminal, { withIdentifiers: true });
}
