import type { DockerReader } from '../clients/docker-reader.ts';
import { safeJson } from '../model/json.ts';
import { callDockerMethod } from './docker-methods.ts';
import { type RpcCall, readCall } from './rpc-call.ts';
import { type RpcOutcome, result, rpcError } from './rpc-error.ts';

/** What the methods work with. */
export interface RpcOptions {
  readonly docker: DockerReader;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * Answers one call of the JSON-RPC of 2015.
 *
 * @param body as it came
 * @returns JSON; null for a notification
 */
export async function answerCall(options: RpcOptions, body: string): Promise<string | null> {
  const read = readCall(body);
  if (read.kind === 'malformed') return render(read.outcome, read.id, read.isModern);
  const { id, isModern } = read.call;
  const outcome = await perform(options, read.call);
  return id === null && isModern ? null : render(outcome, id ?? 'null', isModern);
}

async function perform(options: RpcOptions, { method, params }: RpcCall): Promise<RpcOutcome> {
  if (method === 'docker') return callDockerMethod(options.docker, params);
  if (method !== 'ping') {
    return rpcError('method', 'There are two methods: "ping" and "docker".');
  }
  const sentAt = params.kind === 'list' ? params.values[0] : params.values.ts;
  if (typeof sentAt !== 'number') {
    return rpcError('params', '"ping" takes the time at which it was sent, seconds since 1970.');
  }
  return result(options.wallClock() / 1_000 - sentAt);
}

/** Clients of both versions read both; the one of 2015 had `error` in every answer. */
function render(outcome: RpcOutcome, id: string, isModern: boolean): string {
  const version = isModern ? '"jsonrpc":"2.0"' : '"version":"1.1"';
  if (outcome.kind === 'error') {
    const nothing = isModern ? '' : ',"result":null';
    return `{${version},"id":${id}${nothing},"error":${safeJson(outcome.error)}}`;
  }
  const noError = isModern ? '' : ',"error":null';
  return `{${version},"id":${id},"result":${safeJson(outcome.result ?? null)}${noError}}`;
}
