import { createAbandonable } from './abandonable.ts';
import { dialectOf } from './dialect.ts';
import { callDocker, type DockerRequest } from './docker-call.ts';
import { callsOf } from './docker-calls.ts';
import { requestOf } from './docker-request.ts';
import type { DockerOptions, DockerSession } from './docker-session.ts';
import { asPong, asReply, clockOf, isManagerIn, membershipOf } from './docker-shapes.ts';
import { engineAt, transportOf } from './docker-transport.ts';
import { isAtLeast, negotiate } from './docker-version.ts';
import { type Presence, presenceBy } from './knock.ts';

/** dockerode 5 takes these options; its types do not know them yet. */
interface Identification {
  ping(options: { abortSignal: AbortSignal }): Promise<unknown>;
  version(options: { abortSignal: AbortSignal }): Promise<unknown>;
  info(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** Opens sessions; see `connectDocker`. */
export interface DockerClient {
  /**
   * Asks the engine for its versions and its identity.
   * @throws ObserveError if it cannot be asked, `docker-version` if no common version exists,
   *   `docker-identity` if it has no ID
   */
  connect(): Promise<DockerSession>;
  /** @throws ObserveError if the engine does not answer `/_ping` within the deadline */
  ping(): Promise<void>;
  /**
   * Whether it is a manager of a swarm now.
   * @throws ObserveError if it cannot be asked
   */
  isManager(): Promise<boolean>;
  /** Whether anybody is there who answers `/_ping` within the time. Not counted as a request. */
  knock(withinMs: number): Promise<Presence>;
  /** Ends the requests under way, as if the controller stopped; whoever asks later is answered. */
  abandon(): void;
}

/**
 * A client of one engine. Nothing is sent until it is used.
 *
 * @throws ConfigError if the TLS files cannot be read
 */
export function connectDocker(told: DockerOptions): DockerClient {
  const requests = createAbandonable(told.signal);
  const options: DockerOptions = {
    ...told,
    get signal() {
      return requests.signal;
    },
  };
  const transport = transportOf(options.config);
  const unversioned: Identification = engineAt(transport);
  const ping = async (request: DockerRequest) => {
    await callDocker(request, (abortSignal) => unversioned.ping({ abortSignal }), asPong);
  };
  const ask = (what: string, send: (abortSignal: AbortSignal) => Promise<unknown>) =>
    callDocker(requestOf(options, what), send, asReply);
  return {
    ping: () => ping(requestOf(options, 'ping')),
    knock: (timeoutMs) =>
      presenceBy(() =>
        ping({ ...requestOf(options, 'ping'), timeoutMs, onResult: () => undefined }),
      ),
    isManager: async () => {
      const info = await ask('info', (abortSignal) => unversioned.info({ abortSignal }));
      return isManagerIn(info.Swarm);
    },
    abandon: requests.abandon,
    connect: async () => {
      const version = await ask('version', (abortSignal) => unversioned.version({ abortSignal }));
      const dialect = dialectOf(version);
      const apiVersion = negotiate(version.ApiVersion, version.MinAPIVersion);
      const info = await ask('info', (abortSignal) => unversioned.info({ abortSignal }));
      const docker = engineAt({ ...transport, version: `v${apiVersion}` });
      return {
        engine: dialect.engine(info),
        membership: membershipOf(info.Swarm),
        apiVersion,
        probesAsDocker: dialect.probesAsDocker,
        hasPromptList:
          dialect.promptListApi !== null && isAtLeast(apiVersion, dialect.promptListApi),
        keepsContainers: dialect.keepsContainers(info),
        rootless: dialect.rootless(info),
        timeAt: clockOf(info.SystemTime, performance.now()),
        ...callsOf(docker, options, dialect),
      };
    },
  };
}
