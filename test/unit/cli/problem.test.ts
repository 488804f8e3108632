import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { failureLines, problemLine } from '../../../src/cli/problem.ts';
import { ConfigError, ObserveError } from '../../../src/errors.ts';

describe('a failure on stderr', () => {
  test.each([
    ['ours', new ConfigError('config', 'hold: bad'), 'autodock: hold: bad\n'],
    ['of Docker', new ObserveError('docker-timeout', 'Docker: late'), 'autodock: Docker: late\n'],
    [
      'of the command line',
      new CommanderError(1, 'x', "error: option '--hold' argument missing\n(Did you mean?)"),
      "autodock: option '--hold' argument missing (Did you mean?); see autodock --help\n",
    ],
    [
      'of the system',
      Object.assign(new Error('listen EADDRINUSE: 127.0.0.1:1338'), { syscall: 'listen' }),
      'autodock: listen EADDRINUSE: 127.0.0.1:1338\n',
    ],
  ])('is one line (%s)', (_case, thrown, line) => {
    expect(failureLines(thrown)).toBe(line);
  });

  test('that nobody expected has its stack', () => {
    const lines = failureLines(new TypeError('x is not a function'));
    expect(lines).toContain('autodock: internal error: TypeError: x is not a function\n');
    expect(lines).toContain('autodock:     at ');
  });

  test('does nothing to a terminal', () => {
    expect(problemLine('a\u001b[2J\nb\u009b\u202e')).toBe(
      'autodock: a\\u{1b}[2J\\u{a}b\\u{9b}\\u{202e}\n',
    );
  });
});
