import type { RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import type { Vhost } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { type Off, writeOff } from '../model/off.ts';

/**
 * Says that fronts answer for a vhost themselves, with 503 and this text, whoever's backends stand in its list. The
 * list itself stays as it is.
 *
 * @throws ApplyError if that failed, with what is known of its outcome
 */
export async function setOff(
  redis: RedisConnection,
  keys: Keys,
  vhost: Vhost,
  off: Off,
): Promise<void> {
  if ((await redis.write(['hset', keys.off, vhost, writeOff(off)])) !== OUT_OF_MEMORY) return;
  const message = `Redis at ${redis.address} is out of memory (maxmemory): nothing was written; raise its maxmemory`;
  throw new ApplyError('redis-refused', message);
}

/**
 * Takes that back.
 *
 * @returns whether it was off
 * @throws ApplyError if that failed, with what is known of its outcome
 */
export async function setOn(redis: RedisConnection, keys: Keys, vhost: Vhost): Promise<boolean> {
  return (await redis.write(['hdel', keys.off, vhost])) === 1;
}
