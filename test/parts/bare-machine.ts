import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Outcome } from './deployment.ts';

/** What a command may take that installs packages, on a slow mirror. */
const MAX_BUFFER_BYTES = 64 * 1024 * 1024;

/** A Debian suite, by the name that its mirror has for it. */
export type Suite = 'bookworm' | 'trixie' | 'testing' | 'unstable';

/** A bare machine on this one, with the project in `/srv`; see `test/bare/machine.sh`. */
export interface BareMachine {
  /** Its own among those that run. */
  readonly name: string;
  /** By which this machine reaches its files, and the sockets among them. */
  readonly root: string;
  /** Runs a command there as root, in `/srv`. */
  run(...command: readonly string[]): Promise<Outcome>;
  /** The same, by `bash -c`. */
  bash(script: string): Promise<Outcome>;
  /** Unpacks the project as it was at a commit into a folder there that exists. */
  bring(commit: string, folder: string): Promise<void>;
  /** Gives its engine, by that client, those of these images that this machine has: they need not be made there. */
  takeImages(client: string, ...images: readonly string[]): Promise<void>;
  /** Plugs its network in or out. */
  setNetwork(state: 'on' | 'off'): Promise<void>;
  /** Joins it to another one by a line beside the network; see `machine.sh wire`. */
  wire(other: BareMachine): Promise<void>;
  /** Leaves it nothing to reach but this machine, at the address that is returned. */
  cutOff(): Promise<string>;
  /** Ends all of it. */
  stop(): Promise<void>;
}

/**
 * Makes the root of the suite if it was never made, and starts a machine with a disk of its own on it; by default its
 * control groups are of the versions that this machine's are.
 */
export async function openBareMachine(
  suite: Suite,
  { onlyGroupsV2 = false } = {},
): Promise<BareMachine> {
  // By the run, whose end stops what a killed worker could not.
  const name = `${suite}-${process.env.TEST_RUN ?? 'alone'}-${randomBytes(3).toString('hex')}`;
  await must(['root', suite]);
  await must(['start', suite, name, ...(onlyGroupsV2 ? ['v2'] : [])]);
  await must(['equip', name]);
  const { stdout: root } = await must(['where', name]);
  const run = (...command: readonly string[]) => machine(['in', name, ...command]);
  return {
    name,
    root: root.trim(),
    run,
    bash: (script) => run('bash', '-euo', 'pipefail', '-c', script),
    bring: async (commit, folder) => void (await must(['bring', name, commit, folder])),
    takeImages: async (client, ...images) => void (await must(['images', name, client, ...images])),
    setNetwork: async (state) => void (await must(['net', name, state])),
    wire: async (other) => void (await must(['wire', name, other.name])),
    cutOff: async () => (await must(['net', name, 'alone'])).stdout.trim(),
    stop: async () => void (await must(['stop', name])),
  };
}

/** The last lines of what `deploy/up` says: what is wrong, and what to do. */
export function lastWords(stderr: string): string {
  return stderr.trimEnd().split('\n').slice(-2).join('\n');
}

async function machine(args: readonly string[]): Promise<Outcome> {
  try {
    // No input: a shell whose input is a socket takes itself for a remote one, and reads more files.
    const script = 'exec bash test/bare/machine.sh "$@" </dev/null';
    const said = await promisify(execFile)('bash', ['--norc', '-c', script, '-', ...args], {
      maxBuffer: MAX_BUFFER_BYTES,
    });
    return { code: 0, ...said };
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && 'code' in error) {
      const { code, stdout, stderr } = error as Error & Outcome;
      return { code, stdout, stderr };
    }
    throw error;
  }
}

async function must(args: readonly string[]): Promise<Outcome> {
  const outcome = await machine(args);
  if (outcome.code !== 0) throw new Error(`machine.sh ${args.join(' ')}: ${outcome.stderr}`);
  return outcome;
}
