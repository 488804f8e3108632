import { type Command, Option } from 'commander';
import { settings } from '../../config/settings.ts';
import { ConfigError } from '../../errors.ts';
import { defineCompletion } from '../completion.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Invoke } from '../invoke.ts';
import type { Host } from '../output.ts';
import { type ProgramDefinition, runProgram } from '../program.ts';
import { defineAdd } from './define-add.ts';
import { defineDelete } from './define-delete.ts';
import { defineList } from './define-list.ts';

const HIPACHECTL: ProgramDefinition = {
  name: 'hipachectl',
  description: "Lists, adds and deletes virtual hosts by hand, in hipache's Redis keys.",
  epilogue: `
  hipachectl -u tcp://redis:6379 list
  hipachectl add blog blog.local -i 192.0.2.7 -p 8080
  hipachectl delete blog blog.local -i 192.0.2.7 -p 8080

What add writes is foreign to every autodock controller: it stays until it is
deleted by hand, unless a container asks for the very same backend, which is
its controller's from then on. Each change is one atomic step: dead marks stay
with their backends, and a host that loses its last backend is gone as a whole.
Exit codes: 0 done, 1 failed: then nothing was changed, or it is said what was.`,
  settings: settings.filter(({ key }) => key.startsWith('redis.')),
  aliases: new Map([['--url', '--redis-url']]),
  furtherEnv: new Map([['redis.url', 'URL']]),
  sources: [],
  define: [defineUrl, defineNothing, defineList, defineAdd, defineDelete, defineCompletion],
};

/**
 * Runs the command of `hipachectl` that `args` ask for: the arguments of the tool of 2015.
 *
 * @param args without the interpreter and the script
 * @returns the exit code; whatever fails is told on stderr, never thrown
 */
export function runHipachectl(args: readonly string[], host: Host): Promise<ExitCode> {
  return runProgram(HIPACHECTL, args, host);
}

/** A program of three commands does not guess which one is meant. */
function defineNothing(program: Command, invoke: Invoke): void {
  const body = () => {
    throw new ConfigError('config', 'say what to do: list, add or delete; see hipachectl --help');
  };
  program.action((_options: unknown, command: Command) =>
    invoke(command, { logTo: 'stderr', body }),
  );
}

function defineUrl(program: Command): void {
  const about = 'Redis: tcp://host:port, redis://..., unix:///path (URL, AUTODOCK_REDIS_URL)';
  program.addOption(new Option('-u, --url <URL>', about));
}
