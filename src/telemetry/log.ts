import { createRequire } from 'node:module';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogConfig } from '../config/config.ts';
import { escapeText } from '../model/escape.ts';
import { escapeJson } from '../model/json.ts';
import { errorFields } from './error-fields.ts';

/** For the printer, which only people who read logs themselves need. */
const require = createRequire(import.meta.url);

/** Where log lines go; `process.stdout` and `process.stderr` are such. */
export interface LogStream {
  write(text: string): unknown;
  /** Whether it shows colours; only a terminal has it. */
  hasColors?(): boolean;
  /** Bytes that it keeps for its reader; a stream that writes at once may lack it. */
  readonly writableLength?: number;
  /** Calls once it keeps none. */
  once?(event: 'drain', listener: () => void): unknown;
}

/**
 * A structured log: constant messages, data in fields, thrown values under `err` with code and cause.
 * Every line is written at once and in this process, so that the last words of a process are not
 * lost. No text in it acts on a terminal or makes a line of its own.
 *
 * JSON: one object a line, `level` a word, `time` in ISO 8601 (UTC).
 */
export function createLogger({ level, format }: LogConfig, stream: LogStream): Logger {
  const print = format === 'json' ? escapeJson : prettyPrinter(stream.hasColors?.() ?? false);
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: (thrown: unknown) => errorFields(thrown) },
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => stream.write(print(line)) },
  );
}

/** JSON lines to lines for people. Text is escaped before colours come in. */
function prettyPrinter(colorize: boolean): (line: string) => string {
  const { prettyFactory } = require('pino-pretty') as typeof import('pino-pretty');
  const pretty = prettyFactory({
    colorize,
    singleLine: true,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
  });
  return (line) => pretty(escapeFields(JSON.parse(line)));
}

/** Escapes names and text at any depth. A stack keeps its line breaks: the printer indents them. */
function escapeFields(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return key === 'stack' ? escapeStack(value) : escapeField(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => escapeFields(item));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [escapeField(name), escapeFields(inner, name)]),
  );
}

function escapeStack(stack: string): string {
  return stack.split('\n').map(escapeField).join('\n');
}

function escapeField(text: string): string {
  return escapeText(text, Number.POSITIVE_INFINITY);
}
