import type { Boot } from '../../clients/boot.ts';
import { loadScript } from '../../clients/lua-script.ts';
import type { RedisConnection } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import { BEAT_OUTCOMES, type Beat } from '../../model/beat.ts';
import type { Engine } from '../../model/container.ts';
import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import { checked } from './checked.ts';
import { parseOwners } from './owners.ts';

/** Who gives the sign. */
export interface BeatOptions {
  readonly keys: Keys;
  readonly owner: Owner;
  readonly engine: Engine;
  /** Another one for each process. */
  readonly run: string;
  /** Of this host; null: not known. */
  readonly boot: Boot | null;
  /** See `patienceMsOf`. */
  readonly patienceMs: number;
  /** Whether to hear of all others as well. */
  readonly withOthers: boolean;
}

const BEAT_SCRIPT = loadScript(new URL('./beat.lua', import.meta.url));

/**
 * Tells Redis that an owner is at work, and hears of all others where that is asked.
 *
 * @throws ObserveError if Redis cannot be asked; whether the sign counts is not known then
 */
export async function beat(redis: RedisConnection, options: BeatOptions): Promise<Beat> {
  const { keys, owner, engine, run, boot, patienceMs, withOthers } = options;
  redis.define('autodockBeat', BEAT_SCRIPT);
  const { id, name } = engine;
  const who = JSON.stringify({ id, name, nonce: `${run}-0`, boot: boot?.id });
  const scriptKeys = [keys.owners, keys.engine(owner)];
  const [reply] = await redis.read([
    [
      ...(['autodockBeat', 2, ...scriptKeys, keys.prefix, owner, who, patienceMs] as const),
      ...[boot?.upMs() ?? 0, withOthers ? 'all' : ''],
    ],
  ]);
  return parseBeat(checked(reply, keys), owner);
}

function parseBeat(reply: unknown, owner: Owner): Beat {
  const [told, now, run, owners] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  const outcome = BEAT_OUTCOMES.find((known) => known === told);
  if (outcome === undefined) {
    throw new ObserveError('redis-malformed', 'Redis: the reply to a sign of life makes no sense');
  }
  const clock = { now: Number(now), run: String(run) };
  const isTold = Array.isArray(owners);
  const otherOwners = isTold
    ? parseOwners(owners, clock).filter((seen) => seen.owner !== owner)
    : null;
  return { outcome, clock, otherOwners };
}
