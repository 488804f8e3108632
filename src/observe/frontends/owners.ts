import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { type OwnerSeen, parseOwnerRecord } from '../../model/owner-record.ts';
import { checked } from './checked.ts';
import type { Sends } from './round-trips.ts';

/** The last millisecond that a Date can show. */
const LATEST_TIME = 8.64e15;

/**
 * Every owner that passed on this Redis, and what it publishes; with plain read commands alone.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readOwners(redis: Sends, keys: Keys): Promise<readonly OwnerSeen[]> {
  const [scores] = await redis.read([['zrange', keys.owners, 0, -1, 'WITHSCORES']]);
  const flat = asArray(checked(scores, keys));
  const names = flat.filter((_, index) => index % 2 === 0).map((name) => String(name) as Owner);
  if (names.length === 0) return [];
  const records = await redis.read(names.map((owner) => ['get', keys.engine(owner)]));
  return names.map((owner, index) => ownerSeen(owner, flat[2 * index + 1], records[index]));
}

/** Reads what `open.lua` tells of owners: `[owner, score, record, owner, score, record, ...]`. */
export function parseOwners(reply: unknown): readonly OwnerSeen[] {
  const flat = asArray(reply);
  const owners: OwnerSeen[] = [];
  for (let i = 0; i + 2 < flat.length; i += 3) {
    owners.push(ownerSeen(String(flat[i]) as Owner, flat[i + 1], flat[i + 2]));
  }
  return owners;
}

function ownerSeen(owner: Owner, score: unknown, record: unknown): OwnerSeen {
  const lastPassAt = Number(score);
  // A score that is no time was not written by a pass.
  const isTime = lastPassAt >= 0 && lastPassAt <= LATEST_TIME;
  return { owner, lastPassAt: isTime ? lastPassAt : 0, ...parseOwnerRecord(record) };
}

function asArray(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}
