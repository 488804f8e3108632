import { type AbortableCall, callDocker } from './docker-call.ts';
import type { DockerOptions } from './docker-session.ts';
import { engineAt, transportOf } from './docker-transport.ts';
import { OLDEST_API } from './docker-version.ts';

/** What an engine answers to a few GETs, handed on as it came; none of it reaches a pass. */
export interface DockerReader {
  /** @param query parameters of `GET /containers/json` */
  containers(query: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** @param id must be fit for a path: see `isContainerName` */
  inspect(id: string): Promise<unknown>;
  version(): Promise<unknown>;
  info(): Promise<unknown>;
}

/**
 * A reader of one engine, in the oldest API that all engines speak: whoever asks may be as old.
 *
 * @throws ConfigError if the TLS files cannot be read
 */
export function createDockerReader(options: DockerOptions): DockerReader {
  const { config, signal, onResult } = options;
  const docker = engineAt({ ...transportOf(config), version: `v${OLDEST_API}` });
  const ask = (what: string, send: AbortableCall) =>
    callDocker(
      { what, timeoutMs: config.timeoutMs, signal, onResult },
      (abortSignal) => send({ abortSignal }),
      (reply) => (typeof reply === 'object' && !Buffer.isBuffer(reply) ? reply : null),
    );
  return {
    containers: (query) => ask('list', (more) => docker.listContainers({ ...query, ...more })),
    inspect: (id) => ask('inspection', (more) => docker.getContainer(id).inspect(more)),
    version: () => ask('version', (more) => (docker as { version: AbortableCall }).version(more)),
    info: () => ask('info', (more) => (docker as { info: AbortableCall }).info(more)),
  };
}
