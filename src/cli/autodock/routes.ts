import { type RouteView, routesOf } from '../../explain/routes.ts';
import { safeJson } from '../../model/json.ts';
import { keysWithPrefix } from '../../model/keys.ts';
import { withWiring } from '../../pass/with-wiring.ts';
import { readNames } from '../../survey/names.ts';
import { surveyRedisAlone } from '../../survey/survey.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { print } from '../output.ts';
import { problemLine } from '../problem.ts';
import { type Terminal, terminalOf } from '../show/terminal.ts';

const JSON_INDENT = 2;

/** What the command line says. */
export interface RoutesOptions {
  readonly json?: boolean;
}

/** Prints what stands in Redis. */
export async function routes(
  { json }: RoutesOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  const { config } = surroundings;
  const { self, redis, names } = await withWiring(surroundings, 'read', async (wiring) => {
    const seen = await surveyRedisAlone(wiring, config);
    const frontends = seen.redis.kind === 'seen' ? seen.redis.facts.frontends.values() : [];
    const keys = keysWithPrefix(config.redis.keyPrefix);
    return { ...seen, names: await readNames(wiring.redis, keys, frontends, null) };
  });
  if (redis.kind === 'failed') {
    stderr.write(problemLine(redis.problem));
    return 1;
  }
  const found = routesOf(redis.facts, self, names);
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
  return showRoutes(found, terminal);
}
