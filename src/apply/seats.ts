import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import type { Owner, ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { type Holder, parseHolder, type Seat, writeHolder } from '../model/seat.ts';

const SEATS_SCRIPT = loadScript(new URL('./scripts/seats.lua', import.meta.url));
/** Few enough not to hold up Redis. */
const SEATS_AT_ONCE = 400;

/** What changes of the seats of one owner's containers. */
export interface SeatChanges {
  readonly enter: readonly { readonly seat: Seat; readonly holder: Holder }[];
  readonly leave: readonly { readonly field: Seat['field']; readonly id: ShortId }[];
}

/**
 * Enters containers where nobody newer is, and takes out those that are gone, unless another one has come meanwhile.
 *
 * @returns the containers of other owners that were overtaken by one of these
 * @throws ApplyError if that failed; some of it may be done
 */
export async function changeSeats(
  redis: RedisConnection,
  keys: Keys,
  owner: Owner,
  { enter, leave }: SeatChanges,
): Promise<readonly Holder[]> {
  redis.define('autodockSeats', SEATS_SCRIPT);
  const overtaken: Holder[] = [];
  const longest = Math.max(enter.length, leave.length);
  for (let first = 0; first < longest; first += SEATS_AT_ONCE) {
    const until = first + SEATS_AT_ONCE;
    const wanted = JSON.stringify({
      enter: enter.slice(first, until).map(({ seat, holder }) => [seat.field, writeHolder(holder)]),
      leave: leave.slice(first, until).map(({ field, id }) => [field, id]),
    });
    const reply = await redis.write(['autodockSeats', 1, keys.seats, owner, wanted]);
    if (reply === OUT_OF_MEMORY) {
      const message = `Redis at ${redis.address} is out of memory (maxmemory): which tasks are the newest could not be told`;
      throw new ApplyError('redis-refused', message);
    }
    const texts: readonly unknown[] = Array.isArray(reply) ? reply : [];
    overtaken.push(...texts.map(parseHolder).filter((holder) => holder !== null));
  }
  return overtaken;
}
