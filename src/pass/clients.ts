import { connectDocker, type DockerClient } from '../clients/docker.ts';
import { type DockerResult, httpStatusOf } from '../clients/docker-call.ts';
import type { DockerSession } from '../clients/docker-session.ts';
import { connectRedis, type RedisConnection, type RedisHandlers } from '../clients/redis.ts';
import { createSessions, type Sessions } from '../clients/sessions.ts';
import { monotonic, pause } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Owner } from '../model/ids.ts';
import { type Ahead, createAhead } from '../observe/containers/ahead.ts';
import { narrowInspection } from '../observe/containers/inspection.ts';
import { createInspections, type Inspections } from '../observe/containers/inspections.ts';
import { narrowNetworks } from '../observe/containers/network-line.ts';
import {
  createNetworks,
  type NetworkBarriers,
  type Networks,
} from '../observe/containers/networks.ts';
import { createContainerSource } from '../observe/containers/source.ts';
import { createStops, type Stops } from '../observe/containers/stops.ts';
import { allOf, type MakeSource, type Source } from '../observe/workloads.ts';
import type { Stages } from '../reconcile.ts';
import { hearLastEvents } from './last-events.ts';
import { createStages, type StageMode } from './stages.ts';
import { whoseOf } from './whose.ts';

/** What is told about the clients while they work. */
export interface WiringHandlers {
  readonly redis: RedisHandlers;
  readonly onDockerResult: (result: DockerResult) => void;
  readonly onDockerListed: () => void;
  readonly onSession: (session: DockerSession) => void;
  /** An inspection finished that a pass had waited for in vain. */
  readonly onLateInspection: () => void;
  /** Something before the engine does not let `GET /networks` through. Told once. */
  readonly onNetworksDenied: () => void;
}

/** The clients, and the stages on top of them. */
export interface Wiring {
  readonly docker: DockerClient;
  readonly redis: RedisConnection;
  readonly sessions: Sessions;
  /** Hears what events say ahead of the engine's list. */
  readonly ahead: Ahead;
  /** Hears what they said while nobody listened; see `hearLastEvents`. */
  hearLast(): Promise<void>;
  /** How long the engine took for its last list, milliseconds; 0: it was not asked yet. */
  listMs(): number;
  /** Until the next container that was told to stop counts as one that lives on; null: none was. */
  nextStopEndMs(): number | null;
  /** Reads all that may be routed, with a memory of its own. */
  workloads(): Source;
  /**
   * Whose routes these are: the configured owner, else this engine's ID.
   *
   * @throws ObserveError | ConfigError if the engine cannot be asked, or has no ID
   */
  owner(): Promise<Owner>;
  /** The stages of whoever owns this engine's routes; the engine is asked who it is first. */
  stages(mode: StageMode): Promise<Stages>;
  /** Cancels what is under way at Docker; a pass that reads ends, one that writes goes on. */
  cancelReads(): void;
  /** The same for what is under way now alone: the engine that was asked is gone, and another one will answer. */
  abandonReads(): void;
  /** Closes everything. */
  close(): void;
}

/** Makes the clients of both sides. */
export interface Connectors {
  readonly docker: typeof connectDocker;
  readonly redis: typeof connectRedis;
}

/** What there is besides the clients of an engine and of Redis. */
export interface WiringOptions {
  /** `read`: a replica of Redis will do. Default `write`. */
  readonly access?: 'read' | 'write';
  /** Default: over the network. */
  readonly connect?: Connectors;
  /** Where workloads come from besides the engine's containers. Default: nowhere. */
  readonly sources?: readonly MakeSource[];
}

const OVER_THE_NETWORK: Connectors = { docker: connectDocker, redis: connectRedis };

/** Constructs the clients; nothing is sent before the first pass. */
export function wire(
  config: Config,
  handlers: WiringHandlers,
  { connect = OVER_THE_NETWORK, sources = [], access = 'write' }: WiringOptions = {},
): Wiring {
  const stopping = new AbortController();
  const { signal } = stopping;
  const docker = connect.docker({
    config: config.docker,
    signal,
    onResult: handlers.onDockerResult,
  });
  const sessions = createSessions(docker, handlers.onSession);
  const name = `autodock:${config.owner ?? ''}`;
  const redis = connect.redis(config.redis, name, handlers.redis, access);
  const { inspections, networks, stops } = knowledgeOf(sessions, handlers, { signal, config });
  const ahead = createAhead(inspections, stops);
  const { listMs, onListed } = createListing(handlers);
  const workloads = () => {
    const known = { inspections, networks, stops };
    const containers = createContainerSource({ sessions, ...known, onListed, now: monotonic });
    return allOf([containers, ...sources.map((make) => make())]);
  };
  const { owner, node } = whoseOf(config, sessions);
  const run = crypto.randomUUID();
  return {
    docker,
    redis,
    sessions,
    ahead,
    hearLast: () => hearLastEvents(config, sessions, ahead),
    listMs,
    nextStopEndMs: stops.nextEndMs,
    workloads,
    owner,
    async stages(mode) {
      const clients = {
        ...{ config, owner: await owner(), node: mode.wants === 'nothing' ? null : await node() },
        ...{ sessions, redis, workloads: workloads(), run, now: monotonic },
      };
      return createStages(clients, mode);
    },
    cancelReads: () => stopping.abort(),
    abandonReads() {
      docker.abandon();
      sessions.forget();
    },
    close() {
      stopping.abort();
      redis.close();
    },
  };
}

/** How long the engine took for its last list. */
function createListing({ onDockerListed }: WiringHandlers) {
  let listMs = 0;
  return {
    listMs: () => listMs,
    onListed(tookMs: number) {
      listMs = tookMs;
      onDockerListed();
    },
  };
}

/** What is asked of the engine beside its list, and kept. */
function knowledgeOf(
  sessions: Sessions,
  { onLateInspection: onLate, onNetworksDenied: onDenied }: WiringHandlers,
  { signal, config }: { readonly signal: AbortSignal; readonly config: Config },
): { readonly inspections: Inspections; readonly networks: Networks; readonly stops: Stops } {
  const longestRetryMs = config.resync.intervalMs;
  const inspections = createInspections({
    inspect: async (id) => {
      const session = await sessions.current();
      const { apiVersion, probesAsDocker } = session;
      const dockerApi = probesAsDocker ? apiVersion : null;
      return session.inspect(id, (reply) => narrowInspection(reply, dockerApi));
    },
    now: monotonic,
    sleep: (ms) => pause(ms, signal),
    onLate,
    longestRetryMs,
  });
  const read = () => readNetworks(sessions);
  const networks = createNetworks({ read, now: monotonic, onLate, onDenied, longestRetryMs });
  const stops = createStops({
    state: inspections.state,
    confirm: inspections.confirm,
    stoppingMs: config.stoppingMs,
    now: monotonic,
    engineNow: () => sessions.last()?.timeAt(monotonic()) ?? null,
  });
  return { inspections, networks, stops };
}

/** A proxy before the engine may be older than this question; nothing else of the pass depends on it. */
async function readNetworks(sessions: Sessions): Promise<NetworkBarriers | 'denied'> {
  try {
    return await (await sessions.current()).networks(narrowNetworks);
  } catch (error) {
    if (httpStatusOf(error) === 403) return 'denied';
    throw error;
  }
}
