import { expect, test } from 'vitest';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();

test('a write that meets a value of another type names the keys that may hold it', async () => {
  const { connection } = side();
  await redis.client.set('text', 'a string');
  connection.define('setSecond', "return redis.call('HSET', KEYS[2], 'field', ARGV[1])");

  await expect(connection.write(['hset', 'text', 'field', 'value'])).rejects.toMatchObject({
    code: 'redis-malformed',
    message: expect.stringContaining('look with TYPE at text, and'),
  });
  await expect(connection.write(['setSecond', 2, 'a', 'text', 'value'])).rejects.toThrow(
    'look with TYPE at a, text, and',
  );
  await expect(
    connection.write(['setSecond', 2, 'autodock:owners', 'text', 'value']),
  ).rejects.toThrow('look with TYPE at autodock:owners, text, autodock:index, and');
});
