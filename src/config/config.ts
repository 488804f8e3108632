import type { Owner } from '../model/ids.ts';

/** The frozen configuration: validated, durations in milliseconds, secrets resolved. */
export interface Config {
  readonly docker: DockerConfig;
  readonly redis: RedisConfig;
  /** null: the Docker engine's ID; in a swarm that of the node. */
  readonly owner: Owner | null;
  readonly policy: 'sync' | 'upsert-only';
  /** Networks whose addresses are preferred, in this order. */
  readonly networks: readonly string[];
  readonly address: 'container' | 'published';
  readonly hostAddress: string;
  /** Container addresses are reached from every host on this Redis. */
  readonly sharedNetwork: boolean;
  /** This engine is a node of a swarm whose nodes share Redis and fronts. */
  readonly swarm: boolean;
  readonly health: 'healthy' | 'ignore';
  readonly versions: 'mixed' | 'newest';
  readonly resync: { readonly intervalMs: number };
  readonly reconcile: { readonly minIntervalMs: number };
  /** How long a vhost that lost its last backend is held. 0: not at all. */
  readonly holdMs: number;
  /** How long a container that was told to stop is not routed while it still runs. 0: it is. */
  readonly stoppingMs: number;
  /** How long the last sign of life of this owner counts for others. */
  readonly leaseMs: number;
  /** Whether this controller takes out what lapsed owners left, and after how long their last backends. */
  readonly reap: { readonly enabled: boolean; readonly lastMs: number };
  /** `address:port` of the front itself; a backend that equals one would loop. */
  readonly front: { readonly addresses: readonly string[] };
  readonly guard: GuardConfig;
  readonly http: HttpConfig;
  readonly bus: BusConfig;
  readonly rpc: { readonly enabled: boolean };
  readonly log: LogConfig;
}

/** How to reach the engine. */
export interface DockerConfig {
  /** `unix:///path`, `tcp://host:port`, `http://host:port` or `https://host:port`. */
  readonly host: string;
  readonly timeoutMs: number;
  readonly events: boolean;
  /** Paths of PEM files, from DOCKER_CERT_PATH with DOCKER_TLS_VERIFY; null: no TLS. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | null;
}

/** How to reach Redis, and what our keys begin with. */
export interface RedisConfig {
  /**
   * `redis://`, `rediss://`, `unix:///path` (`tcp://` is rewritten to `redis://`), `redis+sentinel://` or
   * `rediss+sentinel://`; may hold a password.
   */
  readonly url: string;
  readonly keyPrefix: string;
  readonly timeoutMs: number;
  /** Paths of PEM files, each null if it is not set; null: none is. */
  readonly tls: {
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  } | null;
}

/** When a plan takes so much that it is put off; see `guard`. */
export interface GuardConfig {
  readonly minDeletes: number;
  /** 100 turns the guard off. */
  readonly maxDeletePercent: number;
  readonly confirmAfterMs: number;
}

/** Where metrics, health, API and page are served. */
export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Names in `Host` that are ours, besides addresses and names without a dot; lower case. */
  readonly names: readonly string[];
}

/** Where the plugin bus listens, and whom it believes. */
export interface BusConfig {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  /** A plugin that is silent for so long is forgotten. */
  readonly ttlMs: number;
  /** null: whoever says hello is believed. */
  readonly secret: string | null;
}

/** What is logged, and in which form. */
export interface LogConfig {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'json' | 'pretty';
}
