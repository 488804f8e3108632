import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../parts/redis.ts';

test('a private redis-server answers on its socket, comes back empty, and leaves nothing behind', async () => {
  const redis = await startRedis();
  await redis.client.set('key', 'value');
  const first = redis.pid;

  await redis.restart();
  expect(redis.pid).not.toBe(first);
  expect(await redis.client.get('key')).toBeNull();

  await redis.stop();
  await redis.stop();
  expect(existsSync(redis.dir)).toBe(false);
});

test('a TCP port is opened only when asked for', async () => {
  const redis = await startRedis({ tcp: true });
  const client = new Redis({ host: '127.0.0.1', port: redis.port ?? 0 });
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
  await redis.stop();
});
