import { compareText } from '../model/compare.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { restOfDrains } from '../observe/frontends/drains.ts';
import { firstPiece, restOfHash } from '../observe/frontends/hash.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/**
 * Beginnings of the keys that hold orders. They are the same for all owners: Redis compares each key that is written with
 * every one that it was told.
 *
 * @param isSwarm what other nodes of a swarm tell counts, too
 */
export function orderPrefixes(keys: Keys, isSwarm: boolean): readonly string[] {
  const noOwner = '' as Owner;
  const ordered = [keys.drain(noOwner), keys.off, keys.front(noOwner)];
  return isSwarm ? [...ordered, keys.seats, keys.services] : ordered;
}

/**
 * What people wrote by `drain` and `off`, as one text to compare: the drains of this owner, and all that is off; and how
 * often fronts of its host have asked for a look at all of its routes. Also whether the record of this owner is gone:
 * somebody emptied Redis, and nobody but a pass writes anew what stood there.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readOrdersText(redis: Sends, keys: Keys, owner: Owner): Promise<string> {
  // One round trip: where Redis does not tell of changes an idle controller does little else than to ask this.
  const replies = await redis.read([
    firstPiece(keys.drain(owner)),
    firstPiece(keys.off),
    ['hmget', keys.front(owner), 'asked'],
    ['exists', keys.engine(owner)],
  ]);
  const drains = await restOfDrains(redis, keys, owner, replies[0]);
  const offs = await restOfHash(redis, keys.off, replies[1]);
  const [asked] = Array.isArray(replies[2]) ? (replies[2] as readonly unknown[]) : [];
  const texts = [
    ...(typeof asked === 'string' ? [`look ${asked}`] : []),
    ...(replies[3] === 0 ? ['emptied'] : []),
    ...[...drains].map(([id, { text }]) => `${id} ${text}`),
    ...[...offs].map(([vhost, text]) => `${vhost} ${text}`),
  ];
  return texts.sort(compareText).join('\n');
}
