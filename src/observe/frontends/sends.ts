import type { RedisConnection } from '../../clients/redis.ts';

/** What reads are sent by. */
export type Sends = Pick<RedisConnection, 'read'>;
