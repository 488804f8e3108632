import { describe, expect, test } from 'vitest';
import { outliveOutput, print, type TextStream } from '../../../src/cli/output.ts';

/** A stream whose writes all end with `error`. */
function stream(error: Error | null = null) {
  const texts: string[] = [];
  const listeners: ((error: Error) => void)[] = [];
  const text: TextStream = {
    write: (written, done) => {
      texts.push(written);
      done?.(error);
    },
    on: (_event, listener) => listeners.push(listener),
  };
  return {
    ...text,
    texts,
    fail: (cause: Error) => {
      for (const listener of listeners) listener(cause);
    },
  };
}

const CLOSED = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
const FULL = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });

describe('a result', () => {
  test('is written', async () => {
    const out = stream();
    await print(out, 'text');
    expect(out.texts).toEqual(['text']);
  });

  test('may have a reader who has seen enough', async () => {
    await expect(print(stream(CLOSED), 'text')).resolves.toBeUndefined();
  });

  test('that cannot be written is a failure', async () => {
    await expect(print(stream(FULL), 'text')).rejects.toThrow('ENOSPC');
  });
});

describe('the log', () => {
  test('on a full disk is told of once', () => {
    const [stdout, stderr] = [stream(), stream()];
    outliveOutput({ stdout, stderr });
    stdout.fail(FULL);
    stdout.fail(FULL);
    expect(stderr.texts).toEqual([
      'autodock: stdout: ENOSPC: no space left; the log is lost until that is mended\n',
    ]);
  });

  test('without a reader does no harm', () => {
    const [stdout, stderr] = [stream(), stream()];
    outliveOutput({ stdout, stderr });
    stdout.fail(CLOSED);
    stderr.fail(FULL);
    expect(stderr.texts).toEqual([]);
  });
});
