import type { RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';

/** Texts by their fields: names of containers by their short ids, what is told of services by their ids. */
export type Texts = ReadonlyMap<string, string>;

const TEXTS_AT_ONCE = 400;

/**
 * Publishes texts where they differ from what is published, and takes out the others.
 *
 * @param key of the hash
 * @throws ApplyError if that failed; some of it may be done
 */
export async function publishTexts(
  redis: RedisConnection,
  key: string,
  texts: Texts,
  published: ReadonlyMap<string, string>,
): Promise<void> {
  const fresh = [...texts].filter(([field, text]) => published.get(field) !== text);
  const gone = [...published.keys()].filter((field) => !texts.has(field));
  for (let first = 0; first < fresh.length; first += TEXTS_AT_ONCE) {
    const some = fresh.slice(first, first + TEXTS_AT_ONCE);
    if ((await redis.write(['hset', key, ...some.flat()])) === OUT_OF_MEMORY) {
      const message = `Redis at ${redis.address} is out of memory (maxmemory): not all that others go by could be published`;
      throw new ApplyError('redis-refused', message);
    }
  }
  for (let first = 0; first < gone.length; first += TEXTS_AT_ONCE) {
    await redis.write(['hdel', key, ...gone.slice(first, first + TEXTS_AT_ONCE)]);
  }
}
