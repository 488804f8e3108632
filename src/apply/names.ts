import type { RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import type { ShortId } from '../model/ids.ts';

/** Names of containers by their short ids. */
export type Names = ReadonlyMap<ShortId, string>;

const NAMES_AT_ONCE = 400;

/**
 * Publishes names where they differ from what is published, and takes out the others.
 *
 * @param key of the owner's names
 * @throws ApplyError if that failed; some of it may be done
 */
export async function publishNames(
  redis: RedisConnection,
  key: string,
  names: Names,
  published: ReadonlyMap<string, string>,
): Promise<void> {
  const fresh = [...names].filter(([id, name]) => published.get(id) !== name);
  const gone = [...published.keys()].filter((id) => !names.has(id as ShortId));
  for (let first = 0; first < fresh.length; first += NAMES_AT_ONCE) {
    const some = fresh.slice(first, first + NAMES_AT_ONCE);
    if ((await redis.write(['hset', key, ...some.flat()])) === OUT_OF_MEMORY) {
      const message = `Redis at ${redis.address} is out of memory (maxmemory): the names of containers could not be published`;
      throw new ApplyError('redis-refused', message);
    }
  }
  for (let first = 0; first < gone.length; first += NAMES_AT_ONCE) {
    await redis.write(['hdel', key, ...gone.slice(first, first + NAMES_AT_ONCE)]);
  }
}
