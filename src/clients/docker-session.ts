import type { Readable } from 'node:stream';
import type { DockerConfig } from '../config/config.ts';
import type { Engine } from '../model/container.ts';
import type { Membership } from '../model/swarm.ts';
import type { Filters, Span } from './docker-body.ts';
import type { DockerResult } from './docker-call.ts';
import type { OnItem } from './list-items.ts';

/** Reads the members of a reply; null if it has another shape. */
export type Narrow<T> = (reply: Record<string, unknown>) => T | null;

/** What a manager of a swarm tells. */
export type ManagedList = 'services' | 'tasks' | 'nodes';

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
  /**
   * `GET /services`, `/tasks` or `/nodes`, all of them; `refused` where the engine is no manager of a swarm.
   * @param narrow reads the reply; null: it is not such a list, which is told and counted as `docker-malformed`
   */
  managed<T>(list: ManagedList, narrow: (reply: unknown) => T | null): Promise<T | 'refused'>;
  /** Resolves at the response's headers: what happens from then on is in the stream. Has no deadline later. */
  events(filters: Filters, signal: AbortSignal): Promise<Readable>;
  /** What the engine still knows of the events of a time that is past, the oldest first: a few hundred, of all kinds. */
  lastEvents(filters: Filters, span: Span): Promise<readonly Record<string, unknown>[]>;
}

/** What the parts of a connection need. */
export interface DockerOptions {
  readonly config: DockerConfig;
  /** Cancels every request under way when the controller stops. */
  readonly signal: AbortSignal;
  readonly onResult: (result: DockerResult) => void;
}
