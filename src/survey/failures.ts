import { type Failure, type Failures, type FailuresSeen, parseFailure } from '../model/failure.ts';
import type { Keys } from '../model/keys.ts';
import { chunksOf } from '../observe/frontends/chunks.ts';
import { readClock } from '../observe/frontends/owners.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/** Fronts keep no more of a vhost. */
const KEPT = 10;
const VHOSTS_AT_ONCE = 400;

/**
 * Reads what fronts noted of these vhosts. What is not a list, or not a record of a failure, is left out.
 *
 * @throws ObserveError if Redis cannot be read
 */
export async function readFailures(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
): Promise<Failures> {
  const found = new Map<string, readonly Failure[]>();
  for (const some of chunksOf(vhosts, VHOSTS_AT_ONCE)) {
    const replies = await redis.read(
      some.map((vhost) => ['lrange', keys.failures(vhost), 0, KEPT - 1]),
    );
    some.forEach((vhost, index) => {
      const reply = replies[index];
      const texts = Array.isArray(reply) ? reply.map(String) : [];
      found.set(
        vhost,
        texts.flatMap((text) => parseFailure(text) ?? []),
      );
    });
  }
  return found;
}

/** The same with the time by which their age is told; see `readFailures`. */
export async function readFailuresNow(
  redis: Sends,
  keys: Keys,
  vhosts: readonly string[],
): Promise<FailuresSeen> {
  const byVhost = await readFailures(redis, keys, vhosts);
  return { at: (await readClock(redis)).now, byVhost };
}
