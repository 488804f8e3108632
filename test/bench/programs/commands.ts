import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cleanEnv } from '../../parts/clean-env.ts';
import type { Parts } from './parts.ts';

/** Starts a build and gives one figure of it, in milliseconds. */
export type Start = (main: string) => Promise<number>;

const run = promisify(execFile);
/** bash tells the processor time of what it runs, in seconds. */
const TIMED = `TIMEFORMAT='%3U %3S'; time "$@" >/dev/null`;

/** The processor time, user and system, of commands that end by themselves. */
export function startsOfCommands(parts: Parts, home: string): ReadonlyMap<string, Start> {
  const env = {
    ...cleanEnv(),
    HOME: home,
    AUTODOCK_DOCKER_HOST: parts.quietHost,
    AUTODOCK_REDIS_URL: parts.redis.url,
  };
  const start =
    (...args: readonly string[]): Start =>
    (main) =>
      processorMs([main, ...args], env);
  return new Map([
    ['autodock --version, processor time', start('--version')],
    ['autodock routes --json, processor time', start('routes', '--json')],
    ['autodock explain, processor time', start('explain')],
  ]);
}

/** What Node alone takes. */
export async function emptyProgramMs(): Promise<number> {
  return processorMs(['--eval', ''], cleanEnv());
}

async function processorMs(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const timed = ['-c', TIMED, 'bash', process.execPath, ...args];
  const { stderr } = await run('bash', timed, { env });
  const [user = '', system = ''] = stderr.trim().split(/\s+/).slice(-2);
  return Math.round((Number(user) + Number(system)) * 1_000);
}
