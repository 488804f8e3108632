import { connectRedis, type RedisConnection } from '../../clients/redis.ts';
import { type Keys, keysWithPrefix } from '../../model/keys.ts';
import type { Surroundings } from '../invoke.ts';

/**
 * Runs `work` with a connection to Redis and the names of its keys; Docker is not needed.
 *
 * @param access `read`: a replica of Redis will do
 */
export async function withRedis<T>(
  { config: { redis: settings }, logger }: Pick<Surroundings, 'config' | 'logger'>,
  access: 'read' | 'write',
  work: (redis: RedisConnection, keys: Keys) => Promise<T>,
): Promise<T> {
  const handlers = { onStale: (warning: string) => logger.warn(warning) };
  const redis = connectRedis(settings, 'hipachectl', handlers, access);
  try {
    return await work(redis, keysWithPrefix(settings.keyPrefix));
  } finally {
    redis.close();
  }
}
