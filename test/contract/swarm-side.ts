import { connectRedis } from '../../src/clients/redis.ts';
import { createDesire, type Desired } from '../../src/desire/desire.ts';
import type { KnownContainer } from '../../src/model/container.ts';
import type { Owner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import { createTasks } from '../../src/observe/swarm/tasks.ts';
import { createSeatKeeper } from '../../src/pass/seats.ts';
import { DEFAULTS } from '../unit/desire/containers.ts';

/** A node of a swarm as the other nodes see it, in Redis. */
export interface SwarmSide {
  /** What a pass over these containers comes to. */
  pass(...containers: readonly KnownContainer[]): Promise<Desired>;
  /** The vhosts in which its passes withdrew what was overtaken of other nodes. */
  readonly withdrawn: readonly string[];
  /** What its passes rest on. */
  text(): Promise<string>;
  close(): void;
}

const NETWORKS = ['autodock'];

/** @param clockMs how far its engine's clock is ahead of Redis' */
export function swarmSide(url: string, name: string, clockMs = 0): SwarmSide {
  const owner = name as Owner;
  const keys = keysWithPrefix('');
  const redis = connectRedis({ url, keyPrefix: '', timeoutMs: 30_000, tls: null }, name);
  const engineNow = () => Date.now() + clockMs;
  const tasks = createTasks({ redis, keys, networks: NETWORKS, engineNow });
  const withdrawn: string[] = [];
  const onWithdrawn = (vhosts: readonly string[]) => void withdrawn.push(...vhosts);
  const seats = { redis, keys, tasks, networks: NETWORKS, holdMs: 10_000, onWithdrawn };
  const keeper = createSeatKeeper(seats);
  const desire = createDesire();
  const settings = { ...DEFAULTS, isSwarm: true, networks: NETWORKS };
  return {
    async pass(...containers) {
      const workloads = await tasks.complete(containers, owner);
      const desired = desire({ workloads, claimed: [], settings });
      await keeper.after({ owner, workloads, verdicts: desired.verdicts });
      return desired;
    },
    withdrawn,
    text: () => tasks.text(),
    close: () => redis.close(),
  };
}
