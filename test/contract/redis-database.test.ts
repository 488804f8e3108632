import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectRedis, type RedisConnection } from '../../src/clients/redis.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';

let redis: RedisPart;
let connections: RedisConnection[];
/** What was told of all of them: `ready`, or why one is down. */
let told: string[];

beforeEach(async () => {
  [connections, told] = [[], []];
  redis = await startRedis({ tcp: true, args: ['--databases', '4'] });
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await redis.stop();
});

function connect(url: string): RedisConnection {
  const config = { url, keyPrefix: '', timeoutMs: 30_000, tls: null };
  const connection = connectRedis(config, 'autodock:test', {
    onReady: () => told.push('ready'),
    onDown: ({ message }) => told.push(message),
    onCommand: () => undefined,
  });
  connections.push(connection);
  return connection;
}

test('that of a socket is chosen by ?db=, that of a URL by its path', async () => {
  await redis.client.select(3);
  await redis.client.set('key', 'in three');
  for (const url of [`${redis.url}?db=3`, `redis://127.0.0.1:${redis.port}/3`]) {
    expect(await connect(url).read([['get', 'key']])).toEqual(['in three']);
  }
});

// ioredis 6.0.0 and Redis 7.0: of a SELECT that is refused the client tells by an `error`, and goes on in database 0.
test('one that Redis has not is told, and database 0 is not taken for it', async () => {
  await redis.client.set('key', 'in zero');
  const address = `redis://127.0.0.1:${redis.port}/7`;
  const message = `Redis at ${address} has no database of that number; write one below its setting databases into AUTODOCK_REDIS_URL`;
  const connection = connect(address);
  await expect(connection.read([['get', 'key']])).rejects.toMatchObject({
    ...{ code: 'redis-refused', message },
  });
  await expect(connection.write(['set', 'key', 'mine'])).rejects.toThrow(message);
  expect(told).not.toContain('ready');
  expect(await redis.client.get('key')).toBe('in zero');
});

test('one that a user may not enter is told, and any may enter database 0', async () => {
  const rights = ['on', '>secret', '~*', '+@all', '-select'];
  await redis.client.call('ACL', 'SETUSER', 'few', ...rights);
  await redis.client.set('key', 'in zero');
  const host = `redis://few:secret@127.0.0.1:${redis.port}`;
  await expect(connect(`${host}/3`).read([['get', 'key']])).rejects.toThrow(
    'does not grant user few the command select (+select)',
  );
  expect(await connect(host).read([['get', 'key']])).toEqual(['in zero']);
});
