import type { RedisCommand } from '../../clients/redis.ts';
import type { Sends } from './sends.ts';

const FIELDS_AT_ONCE = 1_000;

/** What a whole hash is read by, and read in bounded steps; nothing where it is not a hash. */
export async function readHash(redis: Sends, key: string): Promise<ReadonlyMap<string, string>> {
  const [reply] = await redis.read([firstPiece(key)]);
  return restOfHash(redis, key, reply);
}

/** The command for the first piece of a hash, for who has more to ask in the same round trip; a small one is one piece. */
export function firstPiece(key: string): RedisCommand {
  return piece(key, '0');
}

/**
 * The whole hash, of which the first piece is here.
 *
 * @param first the reply to `firstPiece`
 */
export async function restOfHash(
  redis: Sends,
  key: string,
  first: unknown,
): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  let reply = first;
  for (;;) {
    const [cursor, flat]: readonly unknown[] = Array.isArray(reply) ? reply : ['0', []];
    const pairs: readonly unknown[] = Array.isArray(flat) ? flat : [];
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      fields.set(String(pairs[i]), String(pairs[i + 1]));
    }
    if (String(cursor) === '0') return fields;
    [reply] = await redis.read([piece(key, String(cursor))]);
  }
}

function piece(key: string, cursor: string): RedisCommand {
  return ['hscan', key, cursor, 'COUNT', FIELDS_AT_ONCE];
}
