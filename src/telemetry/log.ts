import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogConfig } from '../config/config.ts';
import { escapeJson } from '../model/json.ts';
import { errorFields } from './error-fields.ts';

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
export async function createLogger(
  { level, format }: LogConfig,
  stream: LogStream,
): Promise<Logger> {
  const print = format === 'json' ? escapeJson : await printerFor(stream);
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

/** Loaded for those who read logs themselves. */
async function printerFor(stream: LogStream): Promise<(line: string) => string> {
  const { prettyPrinter } = await import('./pretty.ts');
  return prettyPrinter(stream.hasColors?.() ?? false);
}
