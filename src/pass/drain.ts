import { removeDrains, writeDrains } from '../apply/drains.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { parseClaim } from '../model/claim-text.ts';
import type { Drain } from '../model/drain.ts';
import type { Owner, ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readHash } from '../observe/frontends/hash.ts';
import { readClock } from '../observe/frontends/owners.ts';

/** A container to drain, by whose it is. */
export interface DrainTarget {
  readonly owner: Owner;
  readonly id: ShortId;
}

/** Where a container is routed: a backend that its owner claims for it, and for nobody else. */
export interface DrainedPlace extends DrainTarget {
  readonly vhost: string;
  readonly url: string;
}

/**
 * Where these containers are routed now.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function placesOf(
  redis: RedisConnection,
  keys: Keys,
  targets: readonly DrainTarget[],
): Promise<readonly DrainedPlace[]> {
  const places: DrainedPlace[] = [];
  for (const [owner, ids] of byOwner(targets)) {
    for (const [vhost, text] of await readHash(redis, keys.claims(owner))) {
      const claim = parseClaim(text);
      const backends = claim === 'malformed' ? [] : [...claim.backends];
      for (const id of ids) {
        const own = backends.filter(([, claimants]) => claimants.every((one) => one === id));
        places.push(...own.map(([url]) => ({ owner, id, vhost, url })));
      }
    }
  }
  return places;
}

/**
 * The scores that the last passes of owners raised; none of one that is not there (any more).
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readScores(
  redis: RedisConnection,
  keys: Keys,
  owners: readonly Owner[],
): Promise<ReadonlyMap<Owner, number>> {
  if (owners.length === 0) return new Map();
  const replies = await redis.read(owners.map((owner) => ['zscore', keys.owners, owner]));
  const told = owners.map((owner, index) => [owner, replies[index]] as const);
  return new Map(
    told.flatMap(([owner, score]) => (score === null ? [] : [[owner, Number(score)]])),
  );
}

/** A container that is drained. */
export interface DrainedTarget extends DrainTarget {
  /** As it was before it was drained now. */
  readonly drain: Drain | null;
  /** Nobody is there to take it out of lists. */
  readonly isLapsed: boolean;
}

/**
 * By owner the score up to which a pass may know nothing of the drains: of those that were written just now the last
 * one's, of others the time at which they were. Nobody is waited for who is not at work.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function unseenScores(
  redis: RedisConnection,
  keys: Keys,
  targets: readonly DrainedTarget[],
): Promise<ReadonlyMap<Owner, number>> {
  const atWork = targets.filter(({ isLapsed }) => !isLapsed);
  const scores = await readScores(redis, keys, [...new Set(atWork.map(({ owner }) => owner))]);
  const unseen = new Map<Owner, number>();
  for (const { owner, drain } of atWork) {
    const last = scores.get(owner) ?? 0;
    const upTo = drain === null ? last : Math.min(last, drain.since ?? last);
    unseen.set(owner, Math.max(upTo, unseen.get(owner) ?? 0));
  }
  return unseen;
}

/**
 * Drains containers, whichever host they run on; see `writeDrains`.
 *
 * @throws ObserveError | ApplyError if Redis failed; some of them may be drained then
 */
export async function drainContainers(
  redis: RedisConnection,
  keys: Keys,
  { targets, places, by }: DrainOrder,
): Promise<void> {
  const { now: since } = await readClock(redis);
  for (const [owner, ids] of byOwner(targets)) {
    const drains = ids.map((id) => {
      const own = places.filter((place) => place.id === id && place.owner === owner);
      return [id, { since, by, urls: [...new Set(own.map(({ url }) => url))] }] as const;
    });
    await writeDrains(redis, keys.drain(owner), drains);
  }
}

/**
 * Those of these containers that are there and drained no more, as where Redis lost what it held. One that has ended
 * has neither a drain nor a name.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function lostDrains(
  redis: RedisConnection,
  keys: Keys,
  targets: readonly DrainTarget[],
): Promise<readonly DrainTarget[]> {
  const lost: DrainTarget[] = [];
  for (const [owner, ids] of byOwner(targets)) {
    const [drains, names] = await redis.read([
      ['hmget', keys.drain(owner), ...ids],
      ['hmget', keys.names(owner), ...ids],
    ]);
    const has = (reply: unknown, index: number) => Array.isArray(reply) && reply[index] !== null;
    const gone = ids.filter((_, index) => !has(drains, index) && has(names, index));
    lost.push(...gone.map((id) => ({ owner, id })));
  }
  return lost;
}

/** Whom to drain. */
export interface DrainOrder {
  readonly targets: readonly DrainTarget[];
  readonly places: readonly DrainedPlace[];
  readonly by: string;
}

/**
 * Drains them no more.
 *
 * @throws ApplyError if Redis failed; some of them may be drained no more then
 */
export async function undrainContainers(
  redis: RedisConnection,
  keys: Keys,
  targets: readonly DrainTarget[],
): Promise<void> {
  for (const [owner, ids] of byOwner(targets)) await removeDrains(redis, keys.drain(owner), ids);
}

function byOwner(targets: readonly DrainTarget[]): ReadonlyMap<Owner, readonly ShortId[]> {
  const ids = new Map<Owner, ShortId[]>();
  for (const { owner, id } of targets) ids.set(owner, [...(ids.get(owner) ?? []), id]);
  return ids;
}
