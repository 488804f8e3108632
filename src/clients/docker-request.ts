import type { DockerRequest } from './docker-call.ts';
import type { DockerOptions } from './docker-session.ts';

/** What every request of a connection is made with; see `callDocker`. */
export function requestOf(
  { config, signal, onResult }: DockerOptions,
  what: string,
): DockerRequest {
  return { what, timeoutMs: config.timeoutMs, signal, onResult };
}
