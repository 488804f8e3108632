import { readFileSync } from 'node:fs';
import type { RedisCommand } from '../clients/redis.ts';
import { ObserveError } from '../errors.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { chunksOf } from './chunks.ts';
import type { FrontendTexts } from './frontend-text.ts';

/** The Lua script that `readCommands` calls by the name `autodockRead`. */
export const READ_SCRIPT = readFileSync(new URL('./read.lua', import.meta.url), 'utf8');

const VHOSTS_PER_SCRIPT = 100;

/** Calls of the script for these vhosts, each short enough not to hold up Redis. */
export function readCommands(
  keys: Keys,
  owner: Owner,
  vhosts: readonly string[],
): readonly RedisCommand[] {
  return chunksOf(vhosts, VHOSTS_PER_SCRIPT).map((some) => [
    'autodockRead',
    1,
    keys.owners,
    keys.prefix,
    owner,
    ...some,
  ]);
}

/**
 * The frontends that the replies to `readCommands` for the same vhosts tell of.
 * @throws ObserveError if they make no sense
 */
export function parseReplies(
  texts: FrontendTexts,
  vhosts: readonly string[],
  replies: readonly unknown[],
): ReadonlyMap<string, ObservedFrontend> {
  const found = replies.flatMap((reply) => {
    const [owners, ...lines] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
    const names = Array.isArray(owners) ? owners.map(String) : [];
    return lines.map((text) => ({ text: String(text), names }));
  });
  if (found.length !== vhosts.length) {
    throw new ObserveError('redis-malformed', 'Redis: fewer frontends came than were asked for');
  }
  const frontends = new Map<string, ObservedFrontend>();
  for (const [index, vhost] of vhosts.entries()) {
    const { text = '', names = [] } = found[index] ?? {};
    frontends.set(vhost, texts.parse(vhost, text, names));
  }
  return frontends;
}
