import type { RedisCommand } from '../../clients/redis.ts';
import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { chunksOf } from './chunks.ts';
import type { Block } from './script-read.ts';

/** Whose blocks they are. */
export interface KeyWatchOptions {
  readonly keys: Keys;
  readonly owner: Owner;
}

/** Redis looks through all keys of a connection for each one that is added. */
const MOST_VHOSTS = 500;
/** Each of them is asked for at each pass, and what one of them writes elsewhere is told as well. */
const MOST_OTHERS = 20;
const KEYS_AT_ONCE = 100;

/** Blocks of which all that is read rests on keys that can be watched. */
export function choose(blocks: readonly Block[], owner: Owner): ReadonlySet<Block> {
  const chosen = new Set<Block>();
  const others = new Set<string>();
  let vhosts = 0;
  for (const block of blocks) {
    if (!block.isSettled || vhosts + block.vhosts.length > MOST_VHOSTS) continue;
    const also = othersIn([block], owner);
    if (others.size + also.length > MOST_OTHERS) continue;
    chosen.add(block);
    vhosts += block.vhosts.length;
    for (const name of also) others.add(name);
  }
  return chosen;
}

/** Who claims there besides this owner. */
export function othersIn(blocks: Iterable<Block>, owner: Owner): readonly string[] {
  const names = new Set<string>();
  for (const { frontends } of blocks) {
    for (const { claims } of frontends) for (const name of claims.keys()) names.add(name);
  }
  names.delete(owner);
  return [...names];
}

/** The commands that watch all on which these blocks rest. */
export function watches(
  blocks: ReadonlySet<Block>,
  others: readonly string[],
  { keys, owner }: KeyWatchOptions,
): readonly RedisCommand[] {
  const names = [...blocks].flatMap(({ frontends }) =>
    frontends.flatMap(({ vhost, options }) => [
      ...[keys.frontend(vhost), keys.claimants(vhost)],
      ...(options === undefined ? [] : [keys.options(vhost)]),
    ]),
  );
  const hashes = [owner, ...others].map(keys.claims);
  return chunksOf([...hashes, ...names], KEYS_AT_ONCE).map((some) => ['watch', ...some]);
}
