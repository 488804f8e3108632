import { settings } from '../../config/settings.ts';
import type { MakeSource } from '../../observe/workloads.ts';
import { defineCompletion } from '../completion.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Host } from '../output.ts';
import { type ProgramDefinition, runProgram } from '../program.ts';
import { defineDrain } from './define-drain.ts';
import { defineExplain } from './define-explain.ts';
import { defineHosts } from './define-hosts.ts';
import { defineLogger } from './define-logger.ts';
import { defineOff } from './define-off.ts';
import { defineOn } from './define-on.ts';
import { defineOnce } from './define-once.ts';
import { definePlan } from './define-plan.ts';
import { defineRelease } from './define-release.ts';
import { defineRoutes } from './define-routes.ts';
import { defineRun } from './define-run.ts';
import { defineUndrain } from './define-undrain.ts';
import { defineWait } from './define-wait.ts';

const AUTODOCK: Omit<ProgramDefinition, 'sources'> = {
  name: 'autodock',
  description: 'Routes to containers, as they ask for them, in the Redis keys of hipache.',
  epilogue: `
A container asks for a route by a variable or a label, and is reached on a port
that it exposes:
  docker run -d -e VIRTUALHOST=hello.local --expose 80 IMAGE

  VIRTUALHOST, ALIAS, PORT      host names (commas or spaces between), the port
  autodock.host, autodock.port  the same as labels; a label beats its variable

When a host does not answer as it should:  autodock explain HOST
Exit codes: 0 done, 1 failed, 2 changes are pending (plan --detailed-exitcode).`,
  settings,
  aliases: new Map(),
  furtherEnv: new Map(),
  /** Every command; a further one is two files and a line here: how it is called, and what it does. */
  define: [
    defineRun,
    defineOnce,
    definePlan,
    defineExplain,
    defineRoutes,
    defineHosts,
    defineDrain,
    defineUndrain,
    defineOff,
    defineOn,
    defineWait,
    defineRelease,
    defineLogger,
    defineCompletion,
  ],
};

/**
 * Runs the command of `autodock` that `args` ask for; without one, the controller.
 *
 * @param args without the interpreter and the script
 * @param sources where workloads come from besides the engine's containers; each reader makes its own
 * @returns the exit code; whatever fails is told on stderr, never thrown
 */
export function runAutodock(
  args: readonly string[],
  host: Host,
  sources: readonly MakeSource[] = [],
): Promise<ExitCode> {
  return runProgram({ ...AUTODOCK, sources }, args, host);
}
