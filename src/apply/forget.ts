import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { ApplyError } from '../errors.ts';
import type { Epoch, Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';

const FORGET_SCRIPT = loadScript(new URL('./scripts/forget.lua', import.meta.url));

/** What became of an owner's keys. `claims`, `fenced`: its heartbeat was left, as it claims something still or passes again. */
const FORGET_RESULTS = ['forgotten', 'fenced', 'claims'] as const;
/** One of {@link FORGET_RESULTS}. */
export type ForgetResult = (typeof FORGET_RESULTS)[number];

/**
 * Removes what Redis keeps of an owner that claims nothing any more: its heartbeat, its engine, its drains,
 * the names that it published and what fronts of its host told.
 *
 * @throws ApplyError if the write failed, with what is known of its outcome
 */
export async function forgetOwner(
  redis: RedisConnection,
  keys: Keys,
  owner: Owner,
  epoch: Epoch,
): Promise<ForgetResult> {
  redis.define('autodockForget', FORGET_SCRIPT);
  const names = [
    ...[keys.owners, keys.engine(owner), keys.claims(owner)],
    ...[keys.drain(owner), keys.names(owner), keys.front(owner)],
  ];
  const reply = await redis.write(['autodockForget', names.length, ...names, owner, epoch]);
  const result = FORGET_RESULTS.find((known) => known === reply);
  if (result === undefined) {
    throw new ApplyError('redis-malformed', 'Redis: the reply to a removal makes no sense');
  }
  return result;
}
