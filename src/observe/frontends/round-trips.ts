import type { RedisConnection } from '../../clients/redis.ts';

/** What reads are sent by. */
export type Sends = Pick<RedisConnection, 'read'>;

/** The same, counting: what a pass costs is part of its promise. */
export function countRoundTrips(redis: Sends): Sends & { readonly count: number } {
  let count = 0;
  return {
    read(commands) {
      count++;
      return redis.read(commands);
    },
    get count() {
      return count;
    },
  };
}
