import type { RedisCommand, RedisConnection } from './redis.ts';

const KEYS_PER_STEP = 1_000;

/**
 * The names of all keys that begin with `start`, without it. Looks at every key of the database, in bounded steps
 * between which Redis serves others; each name comes once.
 *
 * @param type only keys of this type; default: all
 * @throws ObserveError if Redis cannot be read
 */
export async function scanKeys(
  redis: Pick<RedisConnection, 'read'>,
  start: string,
  type?: string,
): Promise<ReadonlySet<string>> {
  const match = ['MATCH', `${escapeGlob(start)}*`, 'COUNT', KEYS_PER_STEP] as const;
  const names = new Set<string>();
  let cursor = '0';
  do {
    const command: RedisCommand = ['scan', cursor, ...match, ...(type ? ['TYPE', type] : [])];
    const [reply] = await redis.read([command]);
    const [next, page]: readonly unknown[] = Array.isArray(reply) ? reply : [];
    for (const key of Array.isArray(page) ? page : []) names.add(String(key).slice(start.length));
    cursor = String(next ?? '0');
  } while (cursor !== '0');
  return names;
}

/** Makes text literal in the pattern of SCAN. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
