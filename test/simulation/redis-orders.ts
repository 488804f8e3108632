import type { RedisCommand } from '../../src/clients/redis.ts';
import { OUT_OF_MEMORY } from '../../src/clients/redis-reply.ts';

/** Hashes by their keys: the drains, and the names that controllers publish. */
export type Hashes = Map<string, Map<string, string>>;

/** Where the drains of an owner stand. */
export function drainKey(owner: string): string {
  return `autodock:drain:${owner}`;
}

/** The short ids of those that are drained. */
export function drainedIn(hashes: Hashes, owner: string): ReadonlySet<string> {
  return new Set(hashes.get(drainKey(owner))?.keys() ?? []);
}

/** Writes a field, or takes it out; a hash without any is none. */
export function setField(hashes: Hashes, key: string, field: string, text: string | null): void {
  const fields = hashes.get(key) ?? new Map<string, string>();
  if (text === null) fields.delete(field);
  else fields.set(field, text);
  if (fields.size === 0) hashes.delete(key);
  else hashes.set(key, fields);
}

/** The commands on such hashes; undefined: it is another command. */
export function runOnHashes(
  hashes: Hashes,
  isFull: boolean,
  [name, ...args]: RedisCommand,
): unknown {
  const [key = '', ...words] = args.map(String);
  switch (name) {
    case 'hset':
      if (isFull) return OUT_OF_MEMORY;
      eachPair(words, (field, text) => setField(hashes, key, field, text));
      return words.length / 2;
    case 'hdel':
      for (const field of words) setField(hashes, key, field, null);
      return words.length;
    case 'autodockReleaseDrains':
      return releaseDrains(hashes, words);
    default:
      return undefined;
  }
}

/** The twin of release-drains.lua. */
function releaseDrains(hashes: Hashes, [key = '', ...drains]: readonly string[]): number {
  let released = 0;
  eachPair(drains, (id, text) => {
    if (hashes.get(key)?.get(id) !== text) return;
    setField(hashes, key, id, null);
    released += 1;
  });
  return released;
}

function eachPair(words: readonly string[], take: (field: string, text: string) => void): void {
  for (let i = 0; i + 1 < words.length; i += 2) take(words[i] ?? '', words[i + 1] ?? '');
}
