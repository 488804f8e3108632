import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { cleanEnv } from '../parts/clean-env.ts';

const END = JSON.stringify(new URL('../../dist/cli/end.js', import.meta.url).href);

describe('endWith', () => {
  it.each([
    ['nothing is left open', '', 0],
    ['a timer was forgotten', 'setInterval(() => undefined, 1_000);', 3],
    ['the input is read on', 'process.stdin.resume();', 1],
  ])('ends the program with its code when %s', async (_what, forgotten, code) => {
    const script = `import { endWith } from ${END}; ${forgotten} endWith(${code});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: cleanEnv(),
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    await once(child, 'close');
    expect(child.exitCode).toBe(code);
  });
});
