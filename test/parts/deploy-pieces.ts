import { spawnSync } from 'node:child_process';
import type { Outcome } from './deployment.ts';

const PARTS = [
  'say',
  'causes',
  'settings',
  'apt',
  'engine',
  'host',
  'compose',
  'hosts',
  'base',
  'debian',
  'health',
  'swarm',
  'swarm-checks',
  'swarm-redis',
  'swarm-entered',
  'swarm-images',
  'swarm-tasks',
];

/**
 * Runs a piece of `deploy/up` with what it consists of. Its engine is this machine's, but for `docker info`, which
 * says `OPTIONS`, a line for each security option.
 */
export function runPieces(script: string, env: Readonly<Record<string, string>> = {}): Outcome {
  const load = PARTS.map((part) => `. deploy/lib/${part}.sh`).join('; ');
  const engine = `engine() { case $1 in info) printf '%s\\n' "$OPTIONS" ;; *) docker "$@" ;; esac; }`;
  const whole = `ROOT=$PWD; ${load}; ${engine}; DOCKER=engine\n${script}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', whole], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return { code: status ?? -1, stdout, stderr };
}
