import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cleanEnv } from './clean-env.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** A program of `dist/` that goes on until it is ended. */
export interface Running {
  /** What it has printed so far, on either stream, line by line. */
  lines(): readonly string[];
  /** Ends it, and resolves with its exit code; null if the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a program in a clean environment.
 *
 * @param file below `dist/`
 */
export function startProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [`${DIST}${file}`, ...args], {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const closed = once(child, 'close');
  return {
    lines: () => text.split('\n').filter((line) => line !== ''),
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null) child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}
