import { isRecord } from '../model/record.ts';
import { type RpcOutcome, rpcError } from './rpc-error.ts';

/** One call. */
export interface RpcCall {
  /** As JSON text: a number may be larger than JavaScript can hold. Null: a notification, which has no answer. */
  readonly id: string | null;
  /** Whether it says that it is JSON-RPC 2.0; else the answer has the form of 2015. */
  readonly isModern: boolean;
  readonly method: string;
  readonly params: Params;
}

/** By position or by name. */
export type Params =
  | { readonly kind: 'list'; readonly values: readonly unknown[] }
  | { readonly kind: 'named'; readonly values: Readonly<Record<string, unknown>> };

/** A call, or what is wrong with it and whom to tell. */
export type ReadCall =
  | { readonly kind: 'call'; readonly call: RpcCall }
  | {
      readonly kind: 'malformed';
      readonly outcome: RpcOutcome;
      readonly id: string;
      readonly isModern: boolean;
    };

/** Narrows the body of a request. Never throws. */
export function readCall(body: string): ReadCall {
  const value = parse(body);
  const wrong = (outcome: RpcOutcome): ReadCall => {
    const isModern = !isRecord(value) || value.jsonrpc !== undefined;
    return { kind: 'malformed', outcome, id: idOf(value, body) ?? 'null', isModern };
  };
  if (value === undefined) return wrong(rpcError('parse', 'The body is not JSON.'));
  if (Array.isArray(value)) return wrong(rpcError('request', 'Send one call at a time, no batch.'));
  if (!isRecord(value) || typeof value.method !== 'string') {
    return wrong(rpcError('request', 'A call is an object with "method", "params" and "id".'));
  }
  const params = paramsOf(value.params);
  if (params === null) return wrong(rpcError('params', '"params" must be a list or an object.'));
  const isModern = value.jsonrpc === '2.0';
  const { method } = value;
  return { kind: 'call', call: { id: idOf(value, body), isModern, method, params } };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Decided: the caller is told.
    return undefined;
  }
}

function paramsOf(params: unknown): Params | null {
  if (params === undefined || params === null) return { kind: 'list', values: [] };
  if (Array.isArray(params)) return { kind: 'list', values: params };
  return isRecord(params) ? { kind: 'named', values: params } : null;
}

/** Clients of 2015 took ids of up to 63 bits, of which JavaScript would change the last digits. */
function idOf(value: unknown, body: string): string | null {
  if (!isRecord(value)) return null;
  const { id } = value;
  if (typeof id === 'number' && Number.isInteger(id) && !Number.isSafeInteger(id)) {
    const digits = [...body.matchAll(/"id"\s*:\s*(-?\d{1,40})/g)].map(([, text = '']) => text);
    return digits.find((text) => Number(text) === id) ?? String(id);
  }
  const isId = typeof id === 'string' || typeof id === 'number';
  return isId ? JSON.stringify(id) : null;
}
