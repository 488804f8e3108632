import type { AppliedVhost } from '../apply/reply.ts';
import { withdraw } from '../apply/withdraw.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { copiesOf, parseClaim } from '../model/claim-text.ts';
import type { Owner, ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import type { Holder } from '../model/seat.ts';
import { readHash } from '../observe/frontends/hash.ts';

/**
 * Takes out the routes of containers of other owners that were overtaken: of a node that is dead or cut off nobody else
 * does, and an address that is free again leads to a stranger.
 *
 * @throws ObserveError | ApplyError if Redis failed; some of it may be done
 */
export async function withdrawOvertaken(
  redis: RedisConnection,
  keys: Keys,
  overtaken: readonly Holder[],
  holdMs: number,
): Promise<readonly AppliedVhost[]> {
  const byOwner = new Map<Owner, Set<ShortId>>();
  for (const { owner, id } of overtaken) {
    byOwner.set(owner, (byOwner.get(owner) ?? new Set()).add(id));
  }
  const results: AppliedVhost[] = [];
  for (const [owner, ids] of byOwner) {
    const claims = await readHash(redis, keys.claims(owner));
    const named = [...claims].filter(([, text]) => namesOne(text, ids));
    const copies = new Map(named.map(([vhost, text]) => [vhost, copiesOf(parseClaim(text))]));
    results.push(...(await withdraw(redis, keys, { owner, ids: [...ids], copies, holdMs })));
  }
  return results;
}

function namesOne(text: string, ids: ReadonlySet<string>): boolean {
  const claim = parseClaim(text);
  if (claim === 'malformed') return false;
  return [...claim.backends.values()].some((claimants) => claimants.some((id) => ids.has(id)));
}
