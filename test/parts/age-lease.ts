import type { Redis } from 'ioredis';

/** As short as a lease may be, and a Redis that answers well within it. */
export const SHORT_LEASE = { AUTODOCK_LEASE: '10s', AUTODOCK_REDIS_TIMEOUT: '3s' };

/** Makes the last sign of life of an owner one of so long before. Default: the owner that passed least. */
export async function ageLease(redis: Redis, byMs: number, owner?: string): Promise<void> {
  const [first] = owner === undefined ? await redis.zrange('autodock:owners', '0', '0') : [owner];
  const key = `autodock:engine:${first}`;
  const record = JSON.parse((await redis.get(key)) ?? '') as { readonly at: number };
  await redis.set(key, JSON.stringify({ ...record, at: record.at - byMs }));
}
