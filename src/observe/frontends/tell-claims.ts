import { loadScript } from '../../clients/lua-script.ts';
import type { RedisCommand } from '../../clients/redis.ts';
import type { Epoch, Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { chunksOf } from './chunks.ts';
import type { Sends } from './sends.ts';

/** The Lua script that is called by the name `autodockTellClaims`. */
export const TELL_SCRIPT = loadScript(new URL('./tell-claims.lua', import.meta.url));

/** Few enough not to hold up Redis. */
const CLAIMS_PER_SCRIPT = 400;

/** What is missing in the index. */
export interface UntoldClaims {
  readonly epoch: Epoch;
  /** Whether the record of this owner says that the index tells its claims. */
  readonly isIndexed: boolean;
  /** Every vhost where this owner has a claim that the index does not tell. */
  readonly untold: readonly string[];
}

/**
 * Tells claims in the index that are missing there: those of an older version, and what somebody deleted. Where that
 * fails for one of them, the record goes on saying what it said, and the next pass tries again.
 *
 * @throws ObserveError if Redis cannot be asked
 */
export async function tellClaims(
  redis: Sends,
  { keys, owner }: { readonly keys: Keys; readonly owner: Owner },
  { epoch, isIndexed, untold }: UntoldClaims,
): Promise<void> {
  const scriptKeys = [keys.owners, keys.engine(owner), keys.claims(owner)];
  const command = (vhosts: readonly string[]): RedisCommand => {
    return ['autodockTellClaims', 3, ...scriptKeys, keys.prefix, owner, epoch, ...vhosts];
  };
  let told = 0;
  for (const some of chunksOf(untold, CLAIMS_PER_SCRIPT)) {
    const [reply] = await redis.read([command(some)]);
    told += Array.isArray(reply) ? Number(reply[1] ?? 0) : 0;
  }
  if (!isIndexed && told === untold.length) await redis.read([command([])]);
}
