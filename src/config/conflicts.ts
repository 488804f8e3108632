import { SIGNS_PER_LEASE } from '../model/lease.ts';
import { duration } from './duration.ts';
import type { Values } from './schema.ts';

/**
 * Values that are right each by itself, and cannot work together: one line for each. A sign of life is due each third
 * of a lease, and may take as long as a command to Redis may.
 */
export function conflictsOf({ lease, redis }: Values): readonly string[] {
  const shortestMs = SIGNS_PER_LEASE * redis.timeout;
  if (lease >= shortestMs) return [];
  const remedy =
    `is below three times redis.timeout = ${duration.write(redis.timeout)}, within which its sign of life ` +
    `must come through; set AUTODOCK_LEASE=${duration.write(shortestMs)} or more, or a shorter AUTODOCK_REDIS_TIMEOUT`;
  return [`lease = ${duration.write(lease)} ${remedy}`];
}
