import { writeDrains } from '../apply/drains.ts';
import { type Election, elect } from '../apply/overseer.ts';
import { publishTexts } from '../apply/texts.ts';
import type { DockerSession } from '../clients/docker-session.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { SWARM_DRAINS } from '../model/drain.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readHash } from '../observe/frontends/hash.ts';
import {
  narrowServices,
  narrowTasks,
  narrowUpNodes,
  type SwarmState,
} from '../oversee/manager-lists.ts';
import { type Notices, noticesOf } from '../oversee/notices.ts';
import { serviceTexts } from '../oversee/services.ts';
import type { LookResult } from './overseer-pace.ts';

/** Looks at the swarm for all of its controllers, where it is elected to; see `createOverseer`. */
export interface Overseer {
  /**
   * One look: what is to get no more requests is drained, and what is known of services is published.
   *
   * @throws ObserveError | ApplyError if the managers, or Redis, could not be asked in full; nothing is withdrawn then
   */
  look(session: Pick<DockerSession, 'managed'>): Promise<LookResult>;
  /**
   * Goes on to be the one that looks, without a look; false: another controller is.
   *
   * @throws ApplyError if Redis could not be asked
   */
  stay(): Promise<boolean>;
  /**
   * Another controller may do it from now on.
   *
   * @throws ApplyError if Redis could not be told
   */
  leave(): Promise<void>;
}

/** Who looks. */
export interface OverseerOptions {
  readonly redis: RedisConnection;
  readonly keys: Keys;
  readonly owner: Owner;
  /** Another one for each process. */
  readonly run: string;
  readonly leaseMs: number;
}

/** What it wrote last; derived, as the next look after a loss writes it anew. */
interface LastWritten {
  readonly notices: Notices;
  readonly services: ReadonlyMap<string, string>;
  readonly digest: string;
}

/** It has no memory but for what it wrote, and wants nothing: what managers want is read anew each time. */
export function createOverseer({ redis, keys, leaseMs, ...whose }: OverseerOptions): Overseer {
  let written: LastWritten | null = null;
  const stand = async () => {
    const election = await elect(redis, keys, whose, leaseMs);
    if (!election.wasElected) written = null;
    return election;
  };
  // Whoever cannot look leaves it to another one.
  const leave = async () => {
    await elect(redis, keys, whose, 0);
  };
  return {
    leave,
    stay: async () => (await stand()).isElected,
    async look(session) {
      const election = await stand();
      if (!election.isElected) return 'another';
      const state = await readSwarm(session).catch(async (error: unknown) => {
        await leave();
        throw error;
      });
      if (state === 'refused') {
        await leave();
        return 'refused';
      }
      const before = written;
      written = await write({ redis, keys }, { state, election, before });
      if (before?.digest !== written.digest) return 'changed';
      return state.services.some(({ isUpdating }) => isUpdating) ? 'updating' : 'same';
    },
  };
}

/** All of it or nothing: a task that is missing in one list would seem to be gone. */
async function readSwarm(session: Pick<DockerSession, 'managed'>): Promise<SwarmState | 'refused'> {
  const [services, tasks, upNodes] = await Promise.all([
    session.managed('services', narrowServices),
    session.managed('tasks', narrowTasks),
    session.managed('nodes', narrowUpNodes),
  ]);
  if (services === 'refused' || tasks === 'refused' || upNodes === 'refused') return 'refused';
  return { services, tasks, upNodes };
}

type Where = Pick<OverseerOptions, 'redis' | 'keys'>;

interface Writing {
  readonly state: SwarmState;
  readonly election: Election;
  readonly before: LastWritten | null;
}

async function write(
  { redis, keys }: Where,
  { state, election, before }: Writing,
): Promise<LastWritten> {
  const notices = noticesOf(state);
  for (const [owner, ids] of notices) {
    const drain = { since: election.now, by: SWARM_DRAINS, urls: [] };
    const fresh = [...ids].filter((id) => before?.notices.get(owner)?.has(id) !== true);
    await writeDrains(
      redis,
      keys.drain(owner),
      fresh.map((id) => [id, drain]),
    );
  }
  const services = serviceTexts(state);
  const published = before?.services ?? (await readHash(redis, keys.services));
  await publishTexts(redis, keys.services, services, published);
  return { notices, services, digest: digestOf(state) };
}

/** While it changes, managers are asked more often. */
function digestOf({ tasks, upNodes }: SwarmState): string {
  const lines = tasks.map(({ nodeId, createdAt, desired, state }) =>
    [nodeId, createdAt, desired, state].join(' '),
  );
  return [...lines, ...upNodes].join('\n');
}
