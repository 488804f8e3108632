import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readVersion } from '../../src/version.ts';
import { MAIN, run, start } from '../parts/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'autodock-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('autodock', () => {
  test.each([[['--version']], [['-V']], [['plan', '--version']]])(
    '%j prints its version',
    async (args) => {
      expect(await run(args)).toEqual({ code: 0, stdout: `${readVersion()}\n`, stderr: '' });
    },
  );

  test.each([
    [['--help'], ['run', 'once', 'plan', '--docker-host', 'AUTODOCK_REDIS_URL']],
    [
      ['run', '--help'],
      ['Usage: autodock run', '--docker-host'],
    ],
    [
      ['once', '--help'],
      ['Usage: autodock once', '--docker-host'],
    ],
    [
      ['logger', '--help'],
      ['Usage: autodock logger', '--events', '--only', '--http-url', 'container_', '"missed"'],
    ],
    [
      ['plan', '-h'],
      ['Usage: autodock plan', '--json', '--detailed-exitcode', '--docker-host'],
    ],
  ])('%j prints help', async (args, parts) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const part of parts) expect(stdout).toContain(part);
  });

  test('runs through a link, as a package manager installs it', async () => {
    const program = join(folder, 'autodock');
    symlinkSync(MAIN, program);
    expect((await run(['--version'], { program })).stdout).toBe(`${readVersion()}\n`);
  });

  test('is quiet when the reader of its output has gone', async () => {
    const { child, end } = start(['--help']);
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });
});
