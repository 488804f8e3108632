import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import { type Drain, writeDrain } from '../model/drain.ts';
import type { Owner, ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';

const RELEASE_SCRIPT = loadScript(new URL('./scripts/release-drains.lua', import.meta.url));
/** Few enough not to hold up Redis, and for the stack of its Lua. */
const IDS_AT_ONCE = 400;

/**
 * Drains containers of one owner; its controller takes their routes away within a second.
 *
 * @throws ApplyError if that failed; some of them may be drained then
 */
export async function writeDrains(
  redis: RedisConnection,
  key: string,
  drains: readonly (readonly [ShortId, Pick<Drain, 'since' | 'by' | 'urls'>])[],
): Promise<void> {
  for (const some of inPieces(drains)) {
    const texts = some.flatMap(([id, drain]) => [id, writeDrain(drain)]);
    if ((await redis.write(['hset', key, ...texts])) === OUT_OF_MEMORY) {
      const message = `Redis at ${redis.address} is out of memory (maxmemory): not all was drained; raise its maxmemory`;
      throw new ApplyError('redis-refused', message);
    }
  }
}

/**
 * Drains them no more, whoever drained them.
 *
 * @throws ApplyError if that failed; some of them may be drained no more then
 */
export async function removeDrains(
  redis: RedisConnection,
  key: string,
  ids: readonly ShortId[],
): Promise<void> {
  for (const some of inPieces(ids)) await redis.write(['hdel', key, ...some]);
}

/**
 * Takes out the drains of containers that are gone, each unless somebody wrote it anew meanwhile.
 *
 * @throws ApplyError if that failed
 */
export async function releaseDrains(
  redis: RedisConnection,
  keys: Keys,
  owner: Owner,
  gone: readonly (readonly [ShortId, Drain])[],
): Promise<void> {
  redis.define('autodockReleaseDrains', RELEASE_SCRIPT);
  for (const some of inPieces(gone)) {
    const texts = some.flatMap(([id, { text }]) => [id, text]);
    await redis.write(['autodockReleaseDrains', 1, keys.drain(owner), ...texts]);
  }
}

function* inPieces<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < items.length; first += IDS_AT_ONCE) {
    yield items.slice(first, first + IDS_AT_ONCE);
  }
}
