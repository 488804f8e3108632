import { Command, CommanderError } from 'commander';
import { didYouMean } from '../config/nearest.ts';
import type { Setting } from '../config/settings.ts';
import { processSources } from '../config/sources.ts';
import type { MakeSource } from '../observe/workloads.ts';
import { readVersion } from '../version.ts';
import { exitOnCrash } from './crash.ts';
import type { ExitCode } from './exit-code.ts';
import { styleHelp } from './help.ts';
import type { Invocation, Invoke } from './invoke.ts';
import { type Host, outliveOutput } from './output.ts';
import { failureLines } from './problem.ts';
import { addSettingOptions, givenFlags, unknownFlags } from './setting-options.ts';
import { terminalOf } from './show/terminal.ts';

/** One program of this package: what it is called, and what it can do. */
export interface ProgramDefinition {
  readonly name: string;
  readonly description: string;
  /** Shown below the options. */
  readonly epilogue: string;
  /** The settings that its command line takes. */
  readonly settings: readonly Setting[];
  /** Options of the program that stand for a setting: `--url` for `--redis-url`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Variables of its own, by the key that they set where no other variable does. */
  readonly furtherEnv: ReadonlyMap<string, string>;
  /** Where workloads come from besides the engine's containers. */
  readonly sources: readonly MakeSource[];
  /** Adds the program's own options and its commands, each of them a file of its own. */
  readonly define: readonly ((program: Command, invoke: Invoke) => void)[];
}

/**
 * Runs the command of a program that `args` ask for.
 *
 * @param args without the interpreter and the script
 * @returns the exit code; whatever fails is told on stderr, never thrown
 */
export async function runProgram(
  definition: ProgramDefinition,
  args: readonly string[],
  host: Host,
): Promise<ExitCode> {
  outliveOutput(host);
  const version = readVersion();
  const program = createProgram(definition, version, host);
  let exitCode: ExitCode = 0;
  const invoke: Invoke = async (command, invocation) => {
    exitCode = await runBody({ definition, program, command, invocation, version, host });
  };
  for (const define of definition.define) define(program, invoke);
  for (const command of [program, ...program.commands]) letThrough(command);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    host.stderr.write(failureLines(thrown, definition.name));
    return 1;
  }
}

function createProgram(
  { name, description, epilogue, settings }: ProgramDefinition,
  version: string,
  { stdout, stderr }: Host,
): Command {
  const program = new Command(name)
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', epilogue)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // The parser throws the same error right after; it is told there, in one line.
      outputError: () => undefined,
    })
    .exitOverride();
  styleHelp(program, terminalOf(stdout));
  addSettingOptions(program, settings);
  return program;
}

/** Unknown flags and further arguments go on to the body, which reports all that is wrong at once. */
function letThrough(command: Command): void {
  command.allowUnknownOption().allowExcessArguments();
}

interface Run {
  readonly definition: ProgramDefinition;
  readonly program: Command;
  readonly command: Command;
  readonly invocation: Invocation;
  readonly version: string;
  readonly host: Host;
}

async function runBody({ definition, program, command, ...run }: Run): Promise<ExitCode> {
  rejectArguments(program, command);
  const { stdin, stdout, stderr } = run.host;
  const logStream = run.host[run.invocation.logTo];
  const { loadConfig } = await import('../config/load.ts');
  const { config, warnings, describe } = loadConfig(
    await processSources({
      ...givenFlags(program, command, definition.aliases),
      furtherEnv: definition.furtherEnv,
      commandFlags: command.options.flatMap(({ long }) => long ?? []),
      terminal: logStream.isTTY === true,
    }),
  );
  const { openLog } = await import('../telemetry/bounded-log.ts');
  const log = await openLog(config.log, logStream);
  const { logger } = log;
  exitOnCrash(logger);
  for (const warning of warnings) logger.warn({ warning }, 'Unknown variable');
  logger.debug({ settings: describe() }, 'Configuration');
  const { version } = run;
  const { sources } = definition;
  return run.invocation.body({ config, ...log, version, sources, stdin, stdout, stderr });
}

/** More arguments than a command takes. After an unknown flag one may be its value: then the flag is the fault. */
function rejectArguments(program: Command, command: Command): void {
  const known = command.registeredArguments.length;
  if (command.registeredArguments.at(-1)?.variadic === true) return;
  const excess = command.args[known];
  if (excess === undefined || unknownFlags(command).length > 0) return;
  const names = program.commands.map((other) => other.name());
  const takes = known === 0 ? 'no arguments' : `${known} argument${known === 1 ? '' : 's'}`;
  command.error(
    command === program
      ? `unknown command '${excess}'${didYouMean(excess, names)}`
      : `${command.name()} takes ${takes}, but got '${excess}'`,
  );
}
