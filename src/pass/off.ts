import { setOff, setOn } from '../apply/off.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Vhost } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { readClock } from '../observe/frontends/owners.ts';

/**
 * Lets fronts answer for a vhost themselves; see `setOff`.
 *
 * @throws ObserveError | ApplyError if Redis failed
 */
export async function takeOff(
  redis: RedisConnection,
  keys: Keys,
  vhost: Vhost,
  said: { readonly by: string; readonly text: string },
): Promise<void> {
  const { now: since } = await readClock(redis);
  await setOff(redis, keys, vhost, { since, ...said });
}

/**
 * Lets backends answer for a vhost again.
 *
 * @returns whether it was off
 * @throws ApplyError if Redis failed
 */
export function takeOn(redis: RedisConnection, keys: Keys, vhost: Vhost): Promise<boolean> {
  return setOn(redis, keys, vhost);
}
