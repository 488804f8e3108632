import { safeJson } from '../model/json.ts';

/** An HTTP answer as data; the server writes it. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** JSON that is safe to print anywhere, names of containers included. */
export function json(status: number, value: unknown): Reply {
  return { status, type: JSON_TYPE, body: `${safeJson(value)}\n` };
}

export function text(status: number, body: string): Reply {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}\n` };
}

/** An error as problem details (RFC 9457). */
export function problem(status: number, title: string, detail: string): Reply {
  const body = `${safeJson({ type: 'about:blank', title, status, detail })}\n`;
  return { status, type: 'application/problem+json', body };
}
