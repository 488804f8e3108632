import { createAbandonable } from '../clients/abandonable.ts';
import { type Boot, readBoot } from '../clients/boot.ts';
import { connectDocker, type DockerClient } from '../clients/docker.ts';
import type { DockerResult } from '../clients/docker-call.ts';
import type { DockerSession } from '../clients/docker-session.ts';
import { connectRedis, type RedisConnection, type RedisHandlers } from '../clients/redis.ts';
import { createSessions, type Sessions } from '../clients/sessions.ts';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { ContainerId, Owner } from '../model/ids.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { type Ahead, createAhead } from '../observe/containers/ahead.ts';
import { asksForNothing } from '../observe/containers/asks-for-nothing.ts';
import type { Lives } from '../observe/containers/lives.ts';
import { createContainerSource } from '../observe/containers/source.ts';
import { createTasks, type Tasks, type TasksOptions } from '../observe/swarm/tasks.ts';
import { allOf, type MakeSource, type Source } from '../observe/workloads.ts';
import type { Stages } from '../reconcile.ts';
import { knowledgeOf } from './knowledge.ts';
import { hearLastEvents } from './last-events.ts';
import type { StageMode } from './stage-mode.ts';
import { createStages } from './stages.ts';
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
  /** When containers began the life that they have, as far as events told. */
  readonly lives: Pick<Lives, 'beganAt'>;
  /** Hears what they said while nobody listened; see `hearLastEvents`. */
  hearLast(): Promise<void>;
  /** How long the engine took for its last list, milliseconds; 0: it was not asked yet. */
  listMs(): number;
  /** Whether an inspection told that this container asks for no route. */
  asksForNothing(id: ContainerId): boolean;
  /** Until the next container that was told to stop counts as one that lives on; null: none was. */
  nextStopEndMs(): number | null;
  /** Completes the containers of a node of a swarm. */
  readonly tasks: Tasks;
  /** Reads all that may be routed, with a memory of its own. */
  workloads(): Source;
  /**
   * Whose routes these are: the configured owner, else this engine's ID.
   *
   * @throws ObserveError | ConfigError if the engine cannot be asked, or has no ID
   */
  owner(): Promise<Owner>;
  /** Sets what this process does apart from others. */
  readonly run: string;
  /** Of the engine's host; null: not known. */
  readonly boot: Boot | null;
  /** The stages of whoever owns this engine's routes; the engine is asked who it is first. */
  stages(mode: StageMode): Promise<Stages>;
  /** Cancels what is under way at Docker; a pass that reads ends, one that writes goes on. */
  cancelReads(): void;
  /** The same for what is under way now alone: the engine that was asked is gone, and another one will answer. */
  abandonReads(): void;
  /** For a pass that begins now: aborted by either, also while it asks nothing of Docker. */
  readsSignal(): AbortSignal;
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
  const { inspections, networks, stops, lives } = knowledgeOf(sessions, handlers, {
    signal,
    config,
  });
  const ahead = createAhead(inspections, stops, lives);
  const { listMs, onListed } = createListing(handlers);
  const workloads = () => {
    const known = { inspections, networks, stops };
    const containers = createContainerSource({ sessions, ...known, onListed, now: monotonic });
    return allOf([containers, ...sources.map((make) => make())]);
  };
  const { owner, node } = whoseOf(config, sessions);
  const run = crypto.randomUUID();
  const boot = readBoot(config.docker);
  const tasks = createTasks(tasksOptions(config, redis, sessions));
  return {
    ...{ docker, redis, sessions, ahead, lives, run, boot },
    hearLast: () => hearLastEvents(config, sessions, ahead),
    listMs,
    nextStopEndMs: stops.nextEndMs,
    asksForNothing: (id) => asksForNothing(inspections.state(id)),
    tasks,
    workloads,
    owner,
    async stages(mode) {
      const clients = {
        ...{ config, owner: await owner(), node: mode.wants === 'nothing' ? null : await node() },
        ...{ sessions, redis, workloads: workloads(), tasks, run, boot },
        now: monotonic,
      };
      return createStages(clients, mode);
    },
    ...endsOf({ docker, redis, sessions, stopping }),
  };
}

interface Ending extends Pick<Wiring, 'docker' | 'redis' | 'sessions'> {
  readonly stopping: AbortController;
}

function endsOf({ docker, redis, sessions, stopping }: Ending) {
  const reads = createAbandonable(stopping.signal);
  return {
    readsSignal: () => reads.signal,
    cancelReads: () => stopping.abort(),
    abandonReads() {
      reads.abandon();
      docker.abandon();
      sessions.forget();
    },
    close() {
      stopping.abort();
      redis.close();
    },
  };
}

function tasksOptions(config: Config, redis: RedisConnection, sessions: Sessions): TasksOptions {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const engineNow = () => sessions.last()?.timeAt(monotonic()) ?? null;
  return { redis, keys, networks: config.networks, engineNow };
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
