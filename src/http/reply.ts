import type { ServerResponse } from 'node:http';
import type { ProblemAnswer } from '../answers/problem.ts';
import { safeJson } from '../model/json.ts';

/** What a route answers with; the server writes it. */
export type Reply = Answer | Stream;

/** A whole answer as data. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer without an end: `open` is given the response once its head is written. */
export interface Stream {
  readonly kind: 'stream';
  readonly type: string;
  readonly open: (response: ServerResponse) => void;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** JSON that is safe to print anywhere, names of containers included. */
export function json(status: number, value: unknown): Answer {
  return { kind: 'answer', status, type: JSON_TYPE, body: `${safeJson(value)}\n` };
}

/** Plain text, with a line end behind it. */
export function text(status: number, body: string): Answer {
  return { kind: 'answer', status, type: 'text/plain; charset=utf-8', body: `${body}\n` };
}

/** An error as problem details (RFC 9457). */
export function problem(status: number, title: string, detail: string): Answer {
  const told: ProblemAnswer = { type: 'about:blank', title, status, detail };
  const body = `${safeJson(told)}\n`;
  return { kind: 'answer', status, type: 'application/problem+json', body };
}
