import { openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NOWHERE, run, start } from '../parts/command.ts';
import { waitFor } from '../parts/wait-for.ts';

describe('a command without Docker and Redis', () => {
  test.each(['once', 'plan'])('%s fails with the reason on stderr', async (command) => {
    const { code, stdout, stderr } = await run([command], { env: NOWHERE });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^autodock: .*(Docker|Redis).*$/m);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('run ends with 0 at %s', async (signal) => {
    const { child, texts, end } = start(['run'], { env: NOWHERE });
    await waitFor('the first log line', () => {
      expect(texts.stdout).toContain('\n');
    });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('logger ends with 0 at %s', async (signal) => {
    const { child, texts, end } = start(['logger', '--http-url', 'none'], { env: NOWHERE });
    await waitFor('that it says what it waits for', () => {
      expect(texts.stdout).toContain('autodock does not answer at UDP 127.0.0.1:9 ');
    });
    child.kill(signal);
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  test('logger ends with 0 when nobody reads it any more', async () => {
    const { child, end } = start(['logger', '--http-url', 'none'], { env: NOWHERE });
    child.stdout?.destroy();
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  test('run goes on when nobody reads its log', async () => {
    const { child, texts, end } = start(['run'], { env: NOWHERE });
    await waitFor('the first log line', () => {
      expect(texts.stdout).toContain('\n');
    });
    child.stdout?.destroy();
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  });

  test('run says that the log is lost on a full disk', async () => {
    const { child, texts, end } = start(['run'], {
      env: NOWHERE,
      stdout: openSync('/dev/full', 'w'),
    });
    await waitFor('the message', () => {
      expect(texts.stderr).toContain('no space left');
    });
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
    expect(texts.stderr.match(/no space left/g)).toHaveLength(1);
  });
});
