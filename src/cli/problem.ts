import { CommanderError } from 'commander';
import { ApplyError, ConfigError, ObserveError } from '../errors.ts';
import { escapeText } from '../model/escape.ts';

/** A problem as one line for stderr, with the program's name before it; nothing in it acts on the terminal. */
export function problemLine(problem: string, program = 'autodock'): string {
  return `${program}: ${escapeText(problem, Number.POSITIVE_INFINITY)}\n`;
}

/**
 * A thrown value for stderr: one line for what can be expected to fail. Anything else is a fault of
 * ours, and a report of it needs the stack.
 */
export function failureLines(thrown: unknown, program = 'autodock'): string {
  if (thrown instanceof CommanderError) {
    const message = thrown.message.replace(/^error: /, '').replaceAll('\n', ' ');
    return problemLine(`${message}; see ${program} --help`, program);
  }
  if (isExpected(thrown)) return problemLine(thrown.message, program);
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return stack
    .split('\n')
    .map((line, index) => problemLine(index === 0 ? `internal error: ${line}` : line, program))
    .join('');
}

function isExpected(thrown: unknown): thrown is Error {
  const isOurs =
    thrown instanceof ConfigError || thrown instanceof ObserveError || thrown instanceof ApplyError;
  // What the operating system refuses (a port in use) carries a code, and its message names the cause.
  return isOurs || (thrown instanceof Error && 'syscall' in thrown);
}
