import type { PublishedContainer } from '../explain/named.ts';
import { compareText } from '../model/compare.ts';
import { parseShortId, type ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { leaseState } from '../model/lease.ts';
import { readDrains } from '../observe/frontends/drains.ts';
import { readHash } from '../observe/frontends/hash.ts';
import { readOwners } from '../observe/frontends/owners.ts';
import type { Sends } from '../observe/frontends/sends.ts';

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
  for (const seen of owners) {
    const { owner, engine } = seen;
    const isLapsed = leaseState(seen, clock.now, 0) === 'lapsed';
    const hasLease = seen.leaseMs !== null;
    const names = new Map<ShortId, string>();
    for (const [field, name] of await readHash(redis, keys.names(owner))) {
      const id = parseShortId(field);
      if (id !== null) names.set(id, name);
    }
    const drains = await readDrains(redis, keys, owner);
    for (const id of new Set([...names.keys(), ...drains.keys()])) {
      published.push({
        owner,
        engine,
        isLapsed,
        hasLease,
        id,
        name: names.get(id) ?? null,
        drain: drains.get(id) ?? null,
      });
    }
  }
  return published.sort((a, b) => compareText(a.name ?? a.id, b.name ?? b.id));
}
