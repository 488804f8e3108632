import { expect, test } from 'vitest';
import { releaseDrains } from '../../src/apply/drains.ts';
import { parseDrain, writeDrain } from '../../src/model/drain.ts';
import type { ShortId } from '../../src/model/ids.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side } = useRedisSides();
const KEY = 'autodock:drain:me';
const [GONE, AGAIN] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'] as unknown as readonly [ShortId, ShortId];

test('a drain is taken out only while it is what was read: who drains anew is not undone', async () => {
  const { connection, keys, owner } = side();
  const [read, anew] = [1, 2].map((since) => writeDrain({ since, by: 'somebody', urls: [] }));
  await redis.client.hset(KEY, { [GONE]: read, [AGAIN]: anew });

  const gone = [GONE, AGAIN].map((id) => [id, parseDrain(read ?? '')] as const);
  await releaseDrains(connection, keys, owner, gone);
  expect(await redis.client.hgetall(KEY)).toEqual({ [AGAIN]: anew });
});
