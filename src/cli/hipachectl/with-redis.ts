import { connectRedis, type RedisConnection } from '../../clients/redis.ts';
import type { Config } from '../../config/config.ts';
import { type Keys, keysWithPrefix } from '../../model/keys.ts';

/**
 * Runs `work` with a connection to Redis and the names of its keys; Docker is not needed.
 *
 * @param access `read`: a replica of Redis will do
 */
export async function withRedis<T>(
  { redis: settings }: Config,
  access: 'read' | 'write',
  work: (redis: RedisConnection, keys: Keys) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(settings, 'hipachectl', {}, access);
  try {
    return await work(redis, keysWithPrefix(settings.keyPrefix));
  } finally {
    redis.close();
  }
}
