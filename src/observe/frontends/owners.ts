import type { RedisCommand } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import type { Owner } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import {
  type OwnerSeen,
  parseOwnerRecord,
  publishedAt,
  type RedisClock,
} from '../../model/owner-record.ts';
import { checked } from './checked.ts';
import type { Sends } from './sends.ts';

/**
 * Redis' clock. Where the user may not ask for it ours, so that nothing may be written on its strength.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readClock(redis: Sends): Promise<RedisClock> {
  const [time, info] = await Promise.all([
    unlessRefused(redis, ['time']),
    unlessRefused(redis, ['info', 'server']),
  ]);
  const [seconds, microseconds = 0] = asArray(time).map(Number);
  return {
    now: seconds === undefined ? Date.now() : seconds * 1_000 + Math.floor(microseconds / 1_000),
    run: /^run_id:(\w+)/m.exec(String(info))?.[1] ?? '',
  };
}

/** The owners, and the clock that their times are told by. */
export interface OwnersNow {
  readonly clock: RedisClock;
  readonly owners: readonly OwnerSeen[];
}

/**
 * Every owner that passed on this Redis, and what it publishes; with plain read commands alone. The clock is read
 * behind them: one that passes meanwhile would be ahead of it.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readOwners(redis: Sends, keys: Keys): Promise<OwnersNow> {
  const [scores] = await redis.read([['zrange', keys.owners, 0, -1, 'WITHSCORES']]);
  const flat = asArray(checked(scores, keys));
  const names = flat.filter((_, index) => index % 2 === 0).map((name) => String(name) as Owner);
  const questions = names.map((owner): RedisCommand => ['get', keys.engine(owner)]);
  const records = names.length === 0 ? [] : await redis.read(questions);
  const clock = await readClock(redis);
  const owners = names.map((owner, index) =>
    ownerSeen(owner, flat[2 * index + 1], records[index], clock),
  );
  return { clock, owners };
}

/**
 * Reads what `beat.lua` tells of owners: `[owner, score, record, owner, score, record, ...]`; no score where the record
 * tells the time.
 */
export function parseOwners(reply: unknown, clock: RedisClock): readonly OwnerSeen[] {
  const flat = asArray(reply);
  const owners: OwnerSeen[] = [];
  for (let i = 0; i + 2 < flat.length; i += 3) {
    const score = flat[i + 1] === '' ? Number.NaN : flat[i + 1];
    owners.push(ownerSeen(String(flat[i]) as Owner, score, flat[i + 2], clock));
  }
  return owners;
}

function ownerSeen(owner: Owner, score: unknown, text: unknown, clock: RedisClock): OwnerSeen {
  const record = parseOwnerRecord(text);
  const { nonce: _nonce, lapsedBy, ...rest } = record;
  return {
    owner,
    ...rest,
    isLapsed: lapsedBy !== null,
    lastSignAt: publishedAt(record, Number(score), clock),
  };
}

async function unlessRefused(redis: Sends, command: RedisCommand): Promise<unknown> {
  try {
    const [reply] = await redis.read([command]);
    return reply;
  } catch (error) {
    if (error instanceof ObserveError && error.code === 'redis-refused') return null;
    throw error;
  }
}

function asArray(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}
