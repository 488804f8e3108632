import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { cleanEnv } from '../parts/clean-env.ts';

const { outputFiles } = buildSync({ entryPoints: ['src/cli/end.ts'], format: 'esm', write: false });
const END = outputFiles.map(({ text }) => text).join('');

describe('endWith', () => {
  test.each([
    ['by itself when nothing is left open', '', 0, 'by itself'],
    ['when a timer was forgotten', 'setInterval(() => undefined, 1_000);', 3, ''],
    ['when the input is read on', 'process.stdin.resume();', 1, ''],
  ])('ends the program with its code %s', async (_what, forgotten, code, how) => {
    // Told only at an end by itself, never by process.exit.
    const tell = "process.on('beforeExit', () => process.stdout.write('by itself'));";
    const script = `${END} ${tell} ${forgotten} endWith(${code});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: cleanEnv(),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let told = '';
    child.stdout.on('data', (part: Buffer) => {
      told += part.toString();
    });
    await once(child, 'close');
    expect([child.exitCode, told]).toEqual([code, how]);
  });
});
