import { createEditor } from '../apply/edit.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import type { Stray } from '../model/stray.ts';

/**
 * Takes back a backend that an owner wrote and whose claim was lost, as a person would: what somebody claims meanwhile
 * stays. Then the index says no more that the owner claims something there.
 *
 * @throws ApplyError if a write failed, with what is known of its outcome
 * @throws ObserveError if the marks under a wildcard could not be read; nothing was written
 */
export type TakeBack = (stray: Stray, owner: Owner) => Promise<void>;

/** Makes one that writes to this Redis. */
export function createTakeBack(redis: RedisConnection, keys: Keys): TakeBack {
  const editor = createEditor(redis, keys);
  return async ({ vhost, url }, owner) => {
    await editor.edit({ kind: 'remove', vhost, identifier: vhost, texts: [url], force: false });
    // A claim that was made meanwhile is told anew by the next pass.
    await redis.write(['srem', keys.claimants(vhost), owner]);
  };
}
