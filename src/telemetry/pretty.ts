import { prettyFactory } from 'pino-pretty';
import { escapeText } from '../model/escape.ts';

/** Makes of JSON lines such for people. Text is escaped before colours come in. */
export function prettyPrinter(colorize: boolean): (line: string) => string {
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
