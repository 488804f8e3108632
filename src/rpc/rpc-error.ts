/** Codes of JSON-RPC 2.0. */
const RPC_CODES = {
  parse: -32_700,
  request: -32_600,
  method: -32_601,
  params: -32_602,
  internal: -32_603,
} as const;

/** Why a call has no result. */
export interface RpcError {
  readonly code: (typeof RPC_CODES)[keyof typeof RPC_CODES];
  readonly message: string;
}

/** What a call came to. */
export type RpcOutcome =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly error: RpcError };

/** What a method returns, as its outcome. */
export function result(value: unknown): RpcOutcome {
  return { kind: 'result', result: value };
}

/** @param message for whoever wrote the call */
export function rpcError(code: keyof typeof RPC_CODES, message: string): RpcOutcome {
  return { kind: 'error', error: { code: RPC_CODES[code], message } };
}
