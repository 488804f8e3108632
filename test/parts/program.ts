import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanEnv } from './clean-env.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** How a finished command ended. */
export interface Finished {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a built program to its end, without a terminal, in a clean environment.
 *
 * @param file within `dist`
 */
export function runProgram(
  file: 'main.js' | 'hipachectl.js',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  return runFile(`${DIST}${file}`, args, env);
}

/** The same for any program that Node runs. */
export function runFile(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  return startFile(path, args, env).ended;
}

/** A command that was started. */
export interface Started {
  /** What it has said so far. */
  said(): string;
  readonly ended: Promise<Finished>;
}

/** The same, for who wants to know what it says before it ends. */
export function startFile(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Started {
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    chunks.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    chunks.stderr += text;
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, ...chunks }));
  return { said: () => chunks.stdout, ended };
}

/** Runs `hipachectl -u URL ARGUMENT...`. */
export function runHipachectl(url: string, ...args: readonly string[]): Promise<Finished> {
  return runProgram('hipachectl.js', ['-u', url, ...args], {});
}
