import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TextStream } from '../../../../src/cli/output.ts';
import { terminalOf } from '../../../../src/cli/show/terminal.ts';

/** A stream as node describes one. */
function stream(said: Partial<TextStream>): TextStream {
  return { write: () => undefined, on: () => undefined, ...said };
}

const COLOURFUL: Partial<TextStream> = { isTTY: true, hasColors: () => true };

afterEach(() => vi.unstubAllEnvs());

describe('the width', () => {
  test.each([
    ['of a terminal', { isTTY: true, columns: 132 }, 132],
    ['of a terminal that does not know it', { isTTY: true, columns: 0 }, 80],
    ['of a sliver', { isTTY: true, columns: 10 }, 60],
    ['of a pipe', { columns: 132 }, 80],
  ])('%s is %j: %i', (_name, said, width) => {
    expect(terminalOf(stream(said)).width).toBe(width);
  });
});

describe('colour', () => {
  test.each([
    ['is shown on a terminal', COLOURFUL, '', true],
    ['is not shown where NO_COLOR is set', COLOURFUL, '1', false],
    ['is not shown in a pipe', { hasColors: () => true }, '', false],
    ['is not shown on a terminal without', { isTTY: true, hasColors: () => false }, '', false],
  ])('%s', (_name, said, noColour, shown) => {
    vi.stubEnv('NO_COLOR', noColour);
    expect(terminalOf(stream(said)).paint('bad', 'x')).toBe(shown ? '\u001b[31mx\u001b[39m' : 'x');
  });
});
