import type { RedisCommand } from '../../clients/redis.ts';
import { WRONG_TYPE } from '../../clients/redis-reply.ts';
import { parseClaim } from '../../model/claim-text.ts';
import type { Claim, ObservedFrontend } from '../../model/frontend.ts';
import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { chunksOf } from './chunks.ts';
import { frontendList, LAST_READ } from './frontend-text.ts';
import type { Sends } from './sends.ts';

const VHOSTS_AT_ONCE = 400;

/**
 * Reads frontends and claims with plain read commands, so that a Redis user with the right to read and no
 * other gets by with it.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readPlainly(
  redis: Sends,
  keys: Keys,
  owners: readonly string[],
  vhosts: readonly string[],
): Promise<ReadonlyMap<string, ObservedFrontend>> {
  const frontends = new Map<string, ObservedFrontend>();
  for (const some of chunksOf(vhosts, VHOSTS_AT_ONCE)) {
    const replies = await redis.read([
      ...some.map((vhost): RedisCommand => ['lrange', keys.frontend(vhost), 0, LAST_READ]),
      ...owners.map((owner): RedisCommand => ['hmget', keys.claims(owner), ...some]),
    ]);
    const lists = await namedTypes(redis, keys, some, replies);
    const claimsByOwner = replies.slice(some.length);
    some.forEach((vhost, index) => {
      const claims = claimsOf(owners, claimsByOwner, index);
      frontends.set(vhost, { vhost, list: frontendList(lists[index]), claims });
    });
  }
  return frontends;
}

/** The lists; for a key of another type, the name of that type. */
async function namedTypes(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
  replies: readonly unknown[],
): Promise<readonly unknown[]> {
  const wrong = vhosts.filter((_, index) => replies[index] === WRONG_TYPE);
  if (wrong.length === 0) return replies;
  const types = await redis.read(wrong.map((vhost) => ['type', keys.frontend(vhost)]));
  return vhosts.map((vhost, index) => {
    const position = wrong.indexOf(vhost);
    return position < 0 ? replies[index] : types[position];
  });
}

function claimsOf(
  owners: readonly string[],
  replies: readonly unknown[],
  index: number,
): ReadonlyMap<Owner, Claim | 'malformed'> {
  const claims = new Map<Owner, Claim | 'malformed'>();
  owners.forEach((owner, n) => {
    const fields = replies[n];
    const text: unknown = Array.isArray(fields) ? fields[index] : '';
    if (typeof text === 'string') claims.set(owner as Owner, parseClaim(text));
  });
  return claims;
}
