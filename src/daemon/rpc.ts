import { createDockerReader } from '../clients/docker-reader.ts';
import { rpcHandler, rpcIsOff } from '../http/rpc-handler.ts';
import type { Routes } from '../http/server.ts';
import { answerCall } from '../rpc/rpc.ts';
import type { Parts } from './parts.ts';

/**
 * What `POST /` answers: the JSON-RPC of 2015, or that it is switched off.
 *
 * @param signal cancels what is under way
 */
export function rpcMethods({ config, metrics }: Parts, signal: AbortSignal): Routes[string] {
  if (!config.rpc.enabled) return { POST: rpcIsOff };
  const onResult = metrics.dockerRequests;
  const docker = createDockerReader({ config: config.docker, signal, onResult });
  return { POST: rpcHandler((body) => answerCall({ docker, wallClock: Date.now }, body)) };
}
