import { type Failure, parseFailure } from '../model/failure.ts';
import type { Keys } from '../model/keys.ts';
import type { Sends } from '../observe/frontends/sends.ts';

/** The last failures of the backends of vhosts, the newest first. */
export type Failures = ReadonlyMap<string, readonly Failure[]>;

/** Fronts keep no more of a vhost. */
const KEPT = 10;

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
  const replies = await redis.read(
    vhosts.map((vhost) => ['lrange', keys.failures(vhost), 0, KEPT - 1]),
  );
  return new Map(
    vhosts.map((vhost, index) => {
      const reply = replies[index];
      const texts = Array.isArray(reply) ? reply.map(String) : [];
      return [vhost, texts.flatMap((text) => parseFailure(text) ?? [])];
    }),
  );
}
