import { removeDrains, writeDrains } from '../apply/drains.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Owner, ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readClock } from '../observe/frontends/owners.ts';

/** A container to drain, by whose it is. */
export interface DrainTarget {
  readonly owner: Owner;
  readonly id: ShortId;
}

/**
 * Drains containers, whichever host they run on; see `writeDrains`.
 *
 * @param by who wants that
 * @throws ObserveError | ApplyError if Redis failed; some of them may be drained then
 */
export async function drainContainers(
  redis: RedisConnection,
  keys: Keys,
  targets: readonly DrainTarget[],
  by: string,
): Promise<void> {
  const { now: since } = await readClock(redis);
  for (const [owner, ids] of byOwner(targets)) {
    await writeDrains(redis, keys.drain(owner), ids, { since, by });
  }
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
