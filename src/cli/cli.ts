import { Command, CommanderError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { didYouMean } from '../config/nearest.ts';
import { processSources } from '../config/sources.ts';
import { createLogger } from '../telemetry/log.ts';
import { readVersion } from '../version.ts';
import { exitOnCrash } from './crash.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation, Invoke } from './invoke.ts';
import { defineOnce } from './once.ts';
import { type Host, outliveOutput } from './output.ts';
import { definePlan } from './plan.ts';
import { failureLines } from './problem.ts';
import { defineRun } from './run.ts';
import { addSettingOptions, givenFlags, unknownFlags } from './setting-options.ts';

/** Every command; a further one is a file of its own and a line here. */
const COMMANDS = [defineRun, defineOnce, definePlan];

/**
 * Runs the command that `args` ask for.
 *
 * @param args without the interpreter and the script
 * @returns the exit code; whatever fails is told on stderr, never thrown
 */
export async function runCli(args: readonly string[], host: Host): Promise<ExitCode> {
  outliveOutput(host);
  const version = readVersion();
  const program = createProgram(version, host);
  let exitCode: ExitCode = 0;
  const invoke: Invoke = async (command, invocation) => {
    exitCode = await runBody({ program, command, invocation, version, host });
  };
  for (const define of COMMANDS) define(program, invoke);
  for (const command of [program, ...program.commands]) letThrough(command);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    host.stderr.write(failureLines(thrown));
    return 1;
  }
}

function createProgram(version: string, { stdout, stderr }: Host): Command {
  const program = new Command('autodock')
    .description('Routes to containers, as they ask for them, in the Redis keys of hipache.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // The parser throws the same error right after; it is told there, in one line.
      outputError: () => undefined,
    })
    .exitOverride();
  addSettingOptions(program);
  return program;
}

/** Unknown flags and further arguments go on to the body, which reports all that is wrong at once. */
function letThrough(command: Command): void {
  command.allowUnknownOption().allowExcessArguments();
}

interface Run {
  readonly program: Command;
  readonly command: Command;
  readonly invocation: Invocation;
  readonly version: string;
  readonly host: Host;
}

async function runBody({ program, command, invocation, version, host }: Run): Promise<ExitCode> {
  rejectArguments(program, command);
  const { stdout, stderr } = host;
  const logStream = host[invocation.logTo];
  const { config, warnings, describe } = loadConfig(
    processSources({
      flags: givenFlags(program, command),
      commandFlags: command.options.flatMap(({ long }) => long ?? []),
      terminal: logStream.isTTY === true,
    }),
  );
  const logger = createLogger(config.log, logStream);
  exitOnCrash(logger);
  for (const warning of warnings) logger.warn({ warning }, 'Unknown variable');
  logger.debug({ settings: describe() }, 'Configuration');
  return invocation.body({ config, logger, version, stdout, stderr });
}

/** No command takes arguments. After an unknown flag one may be its value: then the flag is the fault. */
function rejectArguments(program: Command, command: Command): void {
  const [argument] = command.args;
  if (argument === undefined || unknownFlags(command).length > 0) return;
  const names = program.commands.map((known) => known.name());
  command.error(
    command === program
      ? `unknown command '${argument}'${didYouMean(argument, names)}`
      : `${command.name()} takes no arguments, but got '${argument}'`,
  );
}
