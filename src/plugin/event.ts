import type { JsonObject } from '../wire/message.ts';
import type { RouteKey } from './route-table.ts';
import type { State } from './snapshot.ts';

/** What a plugin is told, in order; told apart by `kind`. */
export type PluginEvent = DaemonEvent | Connected | Disconnected | Loss | Snapshot | Problem;

/** What the daemon says. */
export type DaemonEvent = DockerEvent | RouteEvent | ReconciledEvent | OtherEvent;

/** Events of Docker whose names are known; every other is named `<type>_<action>`. */
export type DockerEventName =
  | 'container_attached'
  | 'container_committed'
  | 'container_created'
  | 'container_destroyed'
  | 'container_died'
  | 'container_exec_create'
  | 'container_exec_die'
  | 'container_exec_start'
  | 'container_exported'
  | 'container_health_status'
  | 'container_killed'
  | 'container_paused'
  | 'container_renamed'
  | 'container_resized'
  | 'container_restarted'
  | 'container_started'
  | 'container_stopped'
  | 'container_unpaused'
  | 'image_deleted'
  | 'image_import'
  | 'image_untagged'
  | 'network_connect'
  | 'network_disconnect'
  | 'pull';

/** An event of the engine, as it sent it. */
export interface DockerEvent {
  readonly kind: 'docker';
  /** A {@link DockerEventName}, or another `<type>_<action>`. */
  readonly name: string;
  readonly kwargs: DockerEventData;
  /** Counts what this plugin was sent, from 1. */
  readonly seq: number;
}

/** What an engine says of an event. Members that no engine promises may be missing. */
export interface DockerEventData {
  /** `container`, `image`, `network`, `volume` and more. */
  readonly Type?: string;
  /** `start`, `health_status: healthy`. */
  readonly Action?: string;
  readonly Actor?: {
    readonly ID?: string;
    /** `name`, `image`, and the labels of a container; nothing but the first two if it was too much. */
    readonly Attributes?: Readonly<Partial<Record<string, string>>>;
  };
  /** As in 2015: the id of what it happened to. */
  readonly id?: string;
  /** As in 2015: the image of a container. */
  readonly from?: string;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly timeNano?: number;
  /** `local` or `swarm`. */
  readonly scope?: string;
  /** It was too long for a datagram: attributes are missing, and long texts may be cut. */
  readonly truncated?: true;
}

/** A backend came into the list of a vhost, or went. However often it stands there, it is one. */
export interface RouteEvent {
  readonly kind: 'route';
  readonly name: 'route_added' | 'route_removed';
  readonly kwargs: RouteKey;
  /**
   * `snapshot`: found in a snapshot, as the event of it was lost, or happened before this plugin was there.
   * No change is told twice.
   */
  readonly via: 'bus' | 'snapshot';
  /** null if it comes from a snapshot. */
  readonly seq: number | null;
}

/** A pass was done, whether or not it changed anything. */
export interface ReconciledEvent {
  readonly kind: 'reconciled';
  readonly name: 'reconciled';
  readonly kwargs: Reconciled;
  readonly seq: number;
}

/** How a pass ended. */
export interface Reconciled {
  /** `in_sync`, `applied`, `refused`, `fenced` or `failed`. */
  readonly result: string;
  /** How many frontends it changed. */
  readonly changes: number;
  readonly durationMs: number;
  /** Why it ran. */
  readonly triggers: readonly string[];
}

/** What this kit does not know, from a newer daemon. */
export interface OtherEvent {
  readonly kind: 'other';
  readonly name: string;
  readonly kwargs: JsonObject;
  readonly seq: number;
}

/** The daemon answers, for the first time or again. */
export interface Connected {
  readonly kind: 'connected';
  readonly name: 'connected';
  /** Of the daemon; null: it did not say. */
  readonly version: string | null;
  /** Where it answers: `127.0.0.1:1338`. */
  readonly endpoint: string;
  /** It is another run of the daemon than before. */
  readonly restarted: boolean;
}

/** The daemon answers no longer. The kit goes on asking, for ever. */
export interface Disconnected {
  readonly kind: 'disconnected';
  readonly name: 'disconnected';
  /** `bye`: it said so; `refused`: nobody listens there; `silence`: it does not answer. */
  readonly cause: 'bye' | 'refused' | 'silence';
}

/**
 * Why events may be missing: datagrams were lost (`gap`), this plugin was too slow (`slow`), the daemon was
 * started anew (`restart`), or the connection was lost for a while (`disconnected`).
 */
export type LossCause = 'gap' | 'slow' | 'restart' | 'disconnected';

/** Events may be missing before the next one. A snapshot follows, from which changes of routes are told. */
export type Loss = CountedLoss | UncountedLoss;

/** A loss of which the number of events is known. */
export interface CountedLoss {
  readonly kind: 'loss';
  readonly name: 'loss';
  readonly cause: 'gap' | 'slow';
  /** How many. */
  readonly missed: number;
}

/** A loss of which nobody knows how many events it took. */
export interface UncountedLoss {
  readonly kind: 'loss';
  readonly name: 'loss';
  readonly cause: 'restart' | 'disconnected';
  /** Nobody can know. */
  readonly missed: null;
}

/**
 * All that there is now: at the start, after every loss, and at times in between. What follows it may have
 * happened before it, never what it does not know of.
 */
export interface Snapshot extends State {
  readonly kind: 'snapshot';
  readonly name: 'snapshot';
  readonly cause: 'start' | LossCause;
}

/** Something that a person should know of; the plugin goes on. */
export interface Problem {
  readonly kind: 'problem';
  readonly name: 'problem';
  /** One sentence: what is wrong, and what to do. */
  readonly problem: string;
}

/** What a handler gets, by the name that it is for. */
export interface EventsByName extends Readonly<Record<DockerEventName, DockerEvent>> {
  readonly route_added: RouteEvent;
  readonly route_removed: RouteEvent;
  readonly reconciled: ReconciledEvent;
  readonly connected: Connected;
  readonly disconnected: Disconnected;
  readonly loss: Loss;
  readonly snapshot: Snapshot;
  readonly problem: Problem;
  /** Everything. */
  readonly '*': PluginEvent;
}
