import type { PublishedContainer } from '../explain/named.ts';
import { compareText } from '../model/compare.ts';
import type { Drains } from '../model/drain.ts';
import { parseShortId, type ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { leaseState } from '../model/lease.ts';
import { chunksOf } from '../observe/frontends/chunks.ts';
import { restOfDrains } from '../observe/frontends/drains.ts';
import { firstPiece, restOfHash } from '../observe/frontends/hash.ts';
import { readOwners } from '../observe/frontends/owners.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/** Owners whose hashes are asked for in one round trip. */
const OWNERS_AT_ONCE = 100;

/**
 * Every container that asks for routes, as its owner published it, and every one that is drained, on all hosts.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readPublished(
  redis: Sends,
  keys: Keys,
): Promise<readonly PublishedContainer[]> {
  const { owners, clock } = await readOwners(redis, keys);
  const published: PublishedContainer[] = [];
  for (const some of chunksOf(owners, OWNERS_AT_ONCE)) {
    const asked = some.flatMap(({ owner }) => [keys.names(owner), keys.drain(owner)]);
    const replies = await redis.read(asked.map(firstPiece));
    for (const [position, seen] of some.entries()) {
      const { owner } = seen;
      const names = await restOfHash(redis, keys.names(owner), replies[2 * position]);
      const drains = await restOfDrains(redis, keys, owner, replies[2 * position + 1]);
      const isLapsed = leaseState(seen, clock.now, 0) === 'lapsed';
      const hasLease = seen.leaseMs !== null;
      published.push(...containersOf({ ...seen, isLapsed, hasLease }, names, drains));
    }
  }
  return published.sort((a, b) => compareText(a.name ?? a.id, b.name ?? b.id));
}

/** Those of one owner: who asks for routes, and who is drained. */
function containersOf(
  { owner, engine, isLapsed, hasLease }: Omit<PublishedContainer, 'id' | 'name' | 'drain'>,
  fields: ReadonlyMap<string, string>,
  drains: Drains,
): readonly PublishedContainer[] {
  const names = new Map<ShortId, string>();
  for (const [field, name] of fields) {
    const id = parseShortId(field);
    if (id !== null) names.set(id, name);
  }
  return [...new Set([...names.keys(), ...drains.keys()])].map((id) => {
    return {
      owner,
      engine,
      isLapsed,
      hasLease,
      id,
      name: names.get(id) ?? null,
      drain: drains.get(id) ?? null,
    };
  });
}
