import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { ApplyError } from '../errors.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';

const OVERSEER_SCRIPT = loadScript(new URL('./scripts/overseer.lua', import.meta.url));

/** What came of an election. */
export interface Election {
  readonly isElected: boolean;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  /** It was elected before, by this Redis as it is; else nothing may be left there of what it wrote. */
  readonly wasElected: boolean;
}

/**
 * Asks to be the one controller that looks at the swarm for all, or to be it on.
 *
 * @param leaseMs for how long; 0: no more
 * @throws ApplyError if that failed
 */
export async function elect(
  redis: RedisConnection,
  keys: Keys,
  { owner, run }: { readonly owner: Owner; readonly run: string },
  leaseMs: number,
): Promise<Election> {
  redis.define('autodockOverseer', OVERSEER_SCRIPT);
  const reply = await redis.write(['autodockOverseer', 1, keys.overseer, owner, run, leaseMs]);
  if (!Array.isArray(reply)) {
    throw new ApplyError('redis-malformed', 'Redis: the reply to an election makes no sense');
  }
  const [isElected, now, wasElected]: readonly unknown[] = reply;
  return { isElected: isElected === 1, now: Number(now), wasElected: wasElected === 1 };
}
