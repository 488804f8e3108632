import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../parts/wait-for.ts';

/** Stands in for the program through which the engine is asked. */
const ASKED_IN = '#!/bin/sh\necho "language $LC_ALL"; exit 1\n';

test('what deploy/up runs ends with it, with all that this started, and never held its lock', async () => {
  const script = `
    ROOT=$PWD; . deploy/lib/say.sh; LOG=/dev/null; exec 9</dev/null
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
});

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
