import type { HostFacts } from '../explain/hosts.ts';
import { parseClaim } from '../model/claim-text.ts';
import type { Claim } from '../model/frontend.ts';
import type { Keys } from '../model/keys.ts';
import { readHash } from '../observe/frontends/hash.ts';
import { readOwners } from '../observe/frontends/owners.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/**
 * Every owner that passed on this Redis, and what it claims; with plain read commands alone.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function surveyHosts(
  redis: Sends,
  keys: Keys,
): Promise<{ readonly now: number; readonly hosts: readonly HostFacts[] }> {
  const { clock, owners } = await readOwners(redis, keys);
  const hosts: HostFacts[] = [];
  for (const seen of owners) {
    const texts = await readHash(redis, keys.claims(seen.owner));
    const claims = [...texts.values()].map(parseClaim);
    hosts.push({ seen, claims: claims.filter((claim): claim is Claim => claim !== 'malformed') });
  }
  return { now: clock.now, hosts };
}
