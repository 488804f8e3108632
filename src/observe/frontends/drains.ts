import { WRONG_TYPE } from '../../clients/redis-reply.ts';
import { ObserveError } from '../../errors.ts';
import { type Drain, type Drains, parseDrain } from '../../model/drain.ts';
import { type Owner, parseShortId, type ShortId } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { firstPiece, restOfHash } from './hash.ts';
import type { Sends } from './sends.ts';

/**
 * Which containers of an owner are drained.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readDrains(redis: Sends, keys: Keys, owner: Owner): Promise<Drains> {
  const [reply] = await redis.read([firstPiece(keys.drain(owner))]);
  return restOfDrains(redis, keys, owner, reply);
}

/**
 * The same where the first piece is here.
 *
 * @throws ObserveError if Redis cannot be read, or holds no hash there: nobody drained is to be routed for that
 */
export async function restOfDrains(
  redis: Sends,
  keys: Keys,
  owner: Owner,
  first: unknown,
): Promise<Drains> {
  const key = keys.drain(owner);
  if (first === WRONG_TYPE) {
    const message = `Redis: ${key} holds a value of another type than autodock writes; look with TYPE, and delete it if nobody needs it`;
    throw new ObserveError('redis-malformed', message);
  }
  const drains = new Map<ShortId, Drain>();
  for (const [field, text] of await restOfHash(redis, key, first)) {
    const id = parseShortId(field);
    if (id !== null) drains.set(id, parseDrain(text));
  }
  return drains;
}
