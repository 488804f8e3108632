import type { Command } from 'commander';
import { routesOf } from '../../explain/routes.ts';
import { safeJson } from '../../model/json.ts';
import { surveyRedis } from '../../survey/read-redis.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Invoke, Session } from '../invoke.ts';
import { print } from '../output.ts';
import { terminalOf } from '../show/terminal.ts';
import { withRedis } from './with-redis.ts';

const JSON_INDENT = 2;
const NOTHING_ELSE: ReadonlySet<string> = new Set();

interface ListOptions {
  readonly json?: boolean;
}

/** `hipachectl list`: every frontend, however many backends it has. */
export function defineList(program: Command, invoke: Invoke): void {
  program
    .command('list')
    .description('list all virtual hosts; writes nothing')
    .option('--json', 'print JSON, as autodock routes does')
    .action((options: ListOptions, command: Command) =>
      invoke(command, { logTo: 'stderr', body: (session) => list(options, session) }),
    );
}

async function list({ json }: ListOptions, { config, stdout }: Session): Promise<ExitCode> {
  const { showRoutes } = await import('../show/show-routes.ts');
  const self = config.owner;
  const found = await withRedis(config, async (redis, keys) =>
    routesOf(await surveyRedis(redis, keys, { self, alsoVhosts: NOTHING_ELSE }), self),
  );
  const text =
    json === true
      ? safeJson({ owner: self, routes: found }, JSON_INDENT)
      : showRoutes(found, terminalOf(stdout), { withIdentifiers: true });
  await print(stdout, `${text}\n`);
  return 0;
}
