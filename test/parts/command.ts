import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { cleanEnv } from './clean-env.ts';

/** The built `autodock`. */
export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Neither Docker nor Redis is there; no port is taken. */
export const NOWHERE = {
  AUTODOCK_DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  AUTODOCK_REDIS_URL: 'unix:///nonexistent/redis.sock',
  AUTODOCK_HTTP_PORT: '0',
  AUTODOCK_BUS_ENABLED: 'false',
  AUTODOCK_BUS_PORT: '9',
};

/** How a command is started. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default: {@link MAIN}. */
  readonly program?: string;
  /** A file descriptor instead of a pipe. */
  readonly stdout?: number;
}

/** A command that runs until the test ends, in a clean environment. */
export function start(
  args: readonly string[],
  { env = {}, program = MAIN, stdout }: CommandOptions = {},
) {
  const child = spawn(program, args, {
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  const end = once(child, 'close').then(() => ({ code: child.exitCode, ...texts }));
  return { child, texts, end };
}

/** How a command ended, and what it said. */
export function run(args: readonly string[], options: CommandOptions = {}) {
  return start(args, options).end;
}
