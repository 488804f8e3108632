import type { Command } from 'commander';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import type { MakeSource } from '../observe/workloads.ts';
import type { ExitCode } from './exit-code.ts';
import type { InputStream, TextStream } from './output.ts';

/** What the body of a command works with. */
export interface Surroundings {
  readonly config: Config;
  readonly logger: Logger;
  /** How many lines of the log are lost so far, as nobody read them. */
  readonly lostLines: () => number;
  readonly version: string;
  /** Where workloads come from besides the engine's containers. */
  readonly sources: readonly MakeSource[];
  readonly stdin: InputStream;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
}

/** How a command runs its body: with the configuration read and the log open. */
export interface Invocation {
  /** The log goes to stderr where stdout carries a result. */
  readonly logTo: 'stdout' | 'stderr';
  readonly body: (surroundings: Surroundings) => Promise<ExitCode>;
}

/** Runs a command's body; given to every command, which knows nothing of where settings come from. */
export type Invoke = (command: Command, invocation: Invocation) => Promise<void>;
