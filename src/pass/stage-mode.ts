import type { Boot } from '../clients/boot.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Sessions } from '../clients/sessions.ts';
import type { Config } from '../config/config.ts';
import type { Owner } from '../model/ids.ts';
import type { SwarmNode } from '../model/swarm.ts';
import type { Tasks } from '../observe/swarm/tasks.ts';
import type { Source } from '../observe/workloads.ts';

/** The clients that the stages read from and write to. */
export interface StageClients {
  readonly config: Config;
  readonly owner: Owner;
  /** null: it is not routed as a node of a swarm. */
  readonly node: SwarmNode | null;
  readonly sessions: Sessions;
  readonly redis: RedisConnection;
  readonly workloads: Source;
  readonly tasks: Pick<Tasks, 'complete'>;
  /** Another one for each process. */
  readonly run: string;
  /** Of the engine's host; null: not known. */
  readonly boot: Boot | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How these stages are meant to run. */
export interface StageMode {
  /** `peek`: plain reads, no epoch, nothing is ever written. */
  readonly access: 'write' | 'peek';
  /**
   * `nothing`: all that this owner claims goes. `held`: all of it is held, as nobody knows which container has which
   * address. In both no engine is asked, and no guard puts it off.
   */
  readonly wants: 'all' | 'held' | 'nothing';
  /** How long a pass waits for inspections; `Infinity`: to their deadlines. */
  readonly patienceMs: number;
  readonly holdMs: number;
  /** Whether signs of life follow between the passes, so that the owner has a lease. */
  readonly hasHeartbeat: boolean;
}
