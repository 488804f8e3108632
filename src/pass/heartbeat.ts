import type { Config } from '../config/config.ts';
import type { Beat } from '../model/beat.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { patienceMsOf } from '../model/lease.ts';
import { beat } from '../observe/frontends/beat.ts';
import type { Wiring } from './clients.ts';

/**
 * Gives a sign of life of whoever owns this engine's routes, and hears of all others where that is asked; null: no engine
 * has said yet whose they are. The engine is not asked for it.
 *
 * @throws ObserveError | ConfigError if Redis cannot be asked, or the engine is not what it is meant to be
 */
export async function giveSign(
  wiring: Wiring,
  config: Config,
  withOthers: boolean,
): Promise<Beat | null> {
  const { redis, sessions, run, boot } = wiring;
  const session = sessions.last();
  if (session === null) return null;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const patienceMs = patienceMsOf(config.resync.intervalMs);
  const owner = await wiring.owner();
  return beat(redis, { keys, owner, engine: session.engine, run, boot, patienceMs, withOthers });
}
