import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../parts/wait-for.ts';

/** Stands in for the program through which the engine is asked. */
const ASKED_IN = '#!/bin/sh\necho "language $LC_ALL"; exit 1\n';

test.each([
  ['at any time', ''],
  ['before it waits for it', 'trap() { sleep 0.3; builtin trap "$@"; };'],
])(
  'what deploy/up runs ends with it %s, with all that this started, and never held its lock',
  async (_when, late) => {
    const script = `
    ${late} ROOT=$PWD; . deploy/lib/say.sh; LOG=/dev/null; exec 9</dev/null
    work() { [ -e /proc/self/fd/9 ] && echo locked >&3; sleep 1000 & echo $! >&3; wait; }
    during name text work`;
    const up = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const [said] = (await once(up.stdio[3] as Readable, 'data')) as [Buffer];
    const [started] = said.toString().trim().split('\n');

    up.kill('SIGINT');

    expect(await once(up, 'exit')).toEqual([130, null]);
    await waitFor('what it started to be gone', () =>
      expect(() => process.kill(Number(started), 0)).toThrow('ESRCH'),
    );
  },
);

test.for(['up', 'down'] as const)(
  'deploy/%s reads what programs say in one language',
  async (program) => {
    const { stderr } = await runCopy(program, [], { LC_ALL: 'de_DE.UTF-8' }, ASKED_IN);

    expect(stderr).toContain('(language C)');
  },
);

test('deploy/up says what to do when no engine answers where DOCKER_HOST points', async () => {
  const { code, stderr } = await runCopy('up', [], { DOCKER_HOST: 'unix:///nowhere.sock' });

  expect(code).toBe(1);
  expect(stderr).toMatch(/no Docker engine answers at DOCKER_HOST=unix:\/\/\/nowhere\.sock/);
});

test('deploy/up says what to do when an argument is unknown', async () => {
  const { code, stderr } = await runCopy('up', ['--demmo']);

  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "deploy/up: unknown argument '--demmo'\n  Try deploy/up --help.\n",
  });
});

test.for([
  [['--images', '--demo'], '--images belongs to --swarm'],
  [['--swarm', '--demo'], '--demo does not belong to --swarm'],
  [['--swarm', '--host'], '--host, --join and --swarm do not belong together'],
] as const)('deploy/up %j is refused', async ([args, cause]) => {
  expect(await runCopy('up', args)).toEqual({
    code: 1,
    stderr: `deploy/up: ${cause}\n  Try deploy/up --help.\n`,
  });
});

test('deploy/up shows no demo where a host has joined another one, and makes nothing', async () => {
  const project = `autodock-test-${randomBytes(4).toString('hex')}`;
  const joined = `${project}_keys`;
  await promisify(execFile)('docker', ['volume', 'create', joined]);
  onTestFinished(async () => void (await promisify(execFile)('docker', ['volume', 'rm', joined])));
  const env = { COMPOSE_PROJECT_NAME: project, DOCKER_HOST: process.env.DOCKER_HOST ?? '' };

  const { code, stderr } = await runCopy('up', ['--demo'], env);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^deploy\/up: --demo shows what a front answers, .*\n {2}Run .*\n$/);
});

test.for(['up', 'down'] as const)(
  'deploy/%s runs also where it is given to sh',
  async (program) => {
    const { status, stderr } = spawnSync('sh', [`deploy/${program}`, '--helpp'], {
      encoding: 'utf8',
    });

    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `deploy/${program}: unknown argument '--helpp'\n  Try deploy/${program} --help.\n`,
    });
  },
);

/** Runs a copy of the programs, which waits for nobody else's. */
async function runCopy(
  program: 'up' | 'down',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeout?: string,
) {
  const root = await mkdtemp(join(tmpdir(), 'autodock-deploy-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await cp('deploy', join(root, 'deploy'), { recursive: true });
  if (timeout !== undefined) await writeFile(join(root, 'timeout'), timeout, { mode: 0o755 });
  const { status, stderr } = spawnSync(join(root, 'deploy', program), args, {
    encoding: 'utf8',
    env: { PATH: `${root}:${process.env.PATH}`, DOCKER_HOST: 'unix:///none', ...env },
  });
  return { code: status, stderr };
}
