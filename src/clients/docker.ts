import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import type { DockerConfig } from '../config/config.ts';
import type { Engine } from '../model/container.ts';
import type { Membership } from '../model/swarm.ts';
import { createAbandonable } from './abandonable.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { type Filters, openEvents, openList, openPast, type Span } from './docker-body.ts';
import { callDocker, type DockerRequest, type DockerResult, httpStatusOf } from './docker-call.ts';
import { asPong, asReply, clockOf, isRootless, membershipOf } from './docker-shapes.ts';
import { transportOf } from './docker-transport.ts';
import { isAtLeast, negotiate } from './docker-version.ts';
import { readJsonLines } from './json-lines.ts';
import { type Presence, presenceBy } from './knock.ts';
import { type OnItem, readListItems } from './list-items.ts';

/** Reads the members of a reply; null if it has another shape. */
export type Narrow<T> = (reply: Record<string, unknown>) => T | null;

/** An engine that was asked who it is, spoken to in a version of the API that both sides know. */
export interface DockerSession {
  readonly engine: Engine;
  /** Whether it is a node of a swarm, and which. */
  readonly membership: Membership;
  readonly apiVersion: string;
  /** Whether it probes a HEALTHCHECK when Docker would. */
  readonly probesAsDocker: boolean;
  /** Whether its list tells of a start and of an end as soon as the event does. */
  readonly hasPromptList: boolean;
  /** Whether containers live on, at their addresses, while it is started anew. */
  readonly keepsContainers: boolean;
  /**
   * The engine's clock at a monotonic time of ours, milliseconds; null: it does not tell. It was compared when the
   * session began.
   */
  timeAt(monotonicMs: number): number | null;
  /** The containers' addresses live in a network namespace that the host does not reach. */
  readonly rootless: boolean;
  /**
   * The running containers (paused and restarting ones are among them), each as its bytes in the reply: at 10,000
   * containers parsing is most of a pass, and seldom needed. Resolves when the list was received whole.
   * @param onItem told the items in their order; what it throws fails the request
   */
  list(onItem: OnItem, filters?: Filters): Promise<void>;
  /**
   * One container's details; `gone` if the engine does not know it (any more).
   * @param narrow reads the reply; null: it is not an inspection, which is told and counted as `docker-malformed`
   */
  inspect<T>(id: string, narrow: Narrow<T>): Promise<T | 'gone'>;
  /**
   * `GET /networks`.
   * @param narrow reads the reply; null: it is not a list of networks, which is told and counted as `docker-malformed`
   */
  networks<T>(narrow: (reply: unknown) => T | null): Promise<T>;
  /** Resolves at the response's headers: what happens from then on is in the stream. Has no deadline later. */
  events(filters: Filters, signal: AbortSignal): Promise<Readable>;
  /** What the engine still knows of the events of a time that is past, the oldest first: a few hundred, of all kinds. */
  lastEvents(filters: Filters, span: Span): Promise<readonly Record<string, unknown>[]>;
}

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
  /** Whether anybody is there who answers `/_ping` within the time. Not counted as a request. */
  knock(withinMs: number): Promise<Presence>;
  /** Ends the requests under way, as if the controller stopped; whoever asks later is answered. */
  abandon(): void;
}

/** What the parts of a connection need. */
export interface DockerOptions {
  readonly config: DockerConfig;
  /** Cancels every request under way when the controller stops. */
  readonly signal: AbortSignal;
  readonly onResult: (result: DockerResult) => void;
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
  const unversioned: Identification = new Docker(transport);
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
    abandon: requests.abandon,
    connect: async () => {
      const version = await ask('version', (abortSignal) => unversioned.version({ abortSignal }));
      const dialect = dialectOf(version);
      const apiVersion = negotiate(version.ApiVersion, version.MinAPIVersion);
      const info = await ask('info', (abortSignal) => unversioned.info({ abortSignal }));
      const docker = new Docker({ ...transport, version: `v${apiVersion}` });
      return {
        engine: dialect.engine(info),
        membership: membershipOf(info.Swarm),
        apiVersion,
        probesAsDocker: dialect.probesAsDocker,
        hasPromptList:
          dialect.promptListApi !== null && isAtLeast(apiVersion, dialect.promptListApi),
        keepsContainers: dialect.keepsContainers(info),
        rootless: isRootless(info.SecurityOptions),
        timeAt: clockOf(info.SystemTime, performance.now()),
        ...callsOf(docker, options, dialect),
      };
    },
  };
}

/** Nobody waits long for what is past. */
const LONGEST_LOOK_BACK_MS = 1_000;

function requestOf({ config, signal, onResult }: DockerOptions, what: string) {
  return { what, timeoutMs: config.timeoutMs, signal, onResult };
}

function callsOf(
  docker: Docker,
  options: DockerOptions,
  dialect: Dialect,
): Pick<DockerSession, 'list' | 'inspect' | 'networks' | 'events' | 'lastEvents'> {
  return {
    list: (onItem, filters) =>
      callDocker(
        requestOf(options, 'list of containers'),
        async (abortSignal) => {
          const body = await openList(docker, dialect.listFilters(filters), abortSignal);
          await readListItems(body, onItem);
        },
        () => undefined,
      ),
    inspect: async (id, narrow) => {
      const request = requestOf(options, `inspection of ${id.slice(0, 12)}`);
      try {
        return await callDocker(
          { ...request, timeoutMs: Math.ceil(request.timeoutMs / 2) },
          (abortSignal) => docker.getContainer(id).inspect({ abortSignal }),
          (reply) => {
            const members = asReply(reply);
            return members === null ? null : narrow(members);
          },
        );
      } catch (error) {
        if (httpStatusOf(error) === 404) return 'gone';
        throw error;
      }
    },
    networks: (narrow) =>
      callDocker(
        requestOf(options, 'list of networks'),
        (abortSignal) => docker.listNetworks({ abortSignal }),
        narrow,
      ),
    events: (filters, streamSignal) =>
      callDocker(
        {
          ...requestOf(options, 'event stream'),
          signal: AbortSignal.any([options.signal, streamSignal]),
        },
        (connectSignal) =>
          openEvents(docker, dialect.eventFilters(filters), [connectSignal, streamSignal]),
        (reply) => reply as Readable,
      ),
    lastEvents: (filters, span) => readLast(docker, options, dialect.eventFilters(filters), span),
  };
}

function readLast(
  docker: Docker,
  options: DockerOptions,
  filters: Filters,
  span: Span,
): Promise<readonly Record<string, unknown>[]> {
  const timeoutMs = Math.min(options.config.timeoutMs, LONGEST_LOOK_BACK_MS);
  return callDocker(
    { ...requestOf(options, 'last events'), timeoutMs },
    async (abortSignal) => readJsonLines(await openPast(docker, filters, span, abortSignal)),
    (events) => events as readonly Record<string, unknown>[],
  );
}
