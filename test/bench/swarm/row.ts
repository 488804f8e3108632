import type { Node } from '../../parts/swarm.ts';
import type { Ground } from './ground.ts';
import type { Outcome } from './stage.ts';

/** What happens to a service under traffic. */
export interface Row {
  readonly what: string;
  readonly aim: Aim;
  /** Of `docker service create`. */
  readonly options?: readonly string[];
  /** Which node is `victim`. Default: `any`, which neither leads nor has Redis. */
  readonly victim?: 'any' | 'leader' | 'redis';
  /** Whether the traffic goes by a balancer to the fronts of all nodes. Default: to that of one. */
  readonly isBalanced?: boolean;
  /** Whether it happens to our own stack, so that there is nothing to be seen through another front. */
  readonly isOurs?: boolean;
  /** Before the traffic. */
  readonly prepare?: (scene: Scene) => Promise<void>;
  /** What it returns is shown beside. */
  readonly happen: (scene: Scene) => Promise<Outcome['more']>;
  /** Mends what was broken, after the traffic. */
  readonly mend?: (scene: Scene) => Promise<void>;
}

/** Where it happens. */
export interface Scene {
  readonly ground: Ground;
  readonly service: string;
  readonly host: string;
  /** Whose front is asked, and which commands are given to. */
  readonly asked: Node;
  readonly victim: Node;
  /** The one that is neither. */
  readonly third: Node;
  /** The client of Docker on the node that is asked. */
  docker(...args: readonly string[]): Promise<string>;
  /** So far; they grow. */
  readonly answers: readonly Answer[];
}

/** An answer of the service. */
export interface Answer {
  /** The node of the task. */
  readonly node: string;
  readonly slot: string;
  /** The one that the task was created with. */
  readonly version: string;
  /** When the request began and its answer ended: milliseconds since 1970. */
  readonly beganAt: number;
  readonly at: number;
  /** Since when the task listens, milliseconds since 1970. */
  readonly listensSince: number;
}

/** What is wanted of the outcome. */
export interface Aim {
  readonly text: string;
  readonly isMet: (outcome: Outcome) => boolean;
}

/** Nothing fails. */
export const NONE: Aim = { text: '0 failed', isMet: ({ failed }) => failed === 0 };
