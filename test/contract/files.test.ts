import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cleanEnv } from '../parts/clean-env.ts';

/** A copy of a project as somebody has it after a run of its tests. */
function copyWithLeftovers(): string {
  const dir = mkdtempSync(join(tmpdir(), 'autodock-files-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const folder of ['src', 'dist', '.cache', 'node_modules/a']) {
    mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(join(dir, folder, 'of a name'), '');
  }
  writeFileSync(join(dir, '.gitignore'), 'node_modules\ndist/\n.cache/\n*.log\n');
  writeFileSync(join(dir, 'run.log'), '');
  return dir;
}

const filesOf = (dir: string, path = process.env.PATH) =>
  execFileSync('/bin/bash', ['test/setup/files.sh', dir], {
    encoding: 'utf8',
    env: { ...cleanEnv(), PATH: path },
  })
    .split('\0')
    .filter(Boolean)
    .sort();

test.for(['a clone', 'an archive that was unpacked'])('the files of a project in %s', (kind) => {
  const dir = copyWithLeftovers();
  if (kind === 'a clone') execFileSync('git', ['init', '--quiet', dir]);

  expect(filesOf(dir)).toEqual(['.gitignore', 'src/of a name']);
});

test('and in a clone where git is not installed', () => {
  const dir = copyWithLeftovers();
  execFileSync('git', ['init', '--quiet', dir]);
  const bin = mkdtempSync(join(tmpdir(), 'autodock-files-'));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  execFileSync('ln', ['-s', execFileSync('which', ['find'], { encoding: 'utf8' }).trim(), bin]);

  expect(filesOf(dir, bin)).toEqual(['.gitignore', 'src/of a name']);
});
