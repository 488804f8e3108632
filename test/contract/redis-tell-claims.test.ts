import { expect, test } from 'vitest';
import type { Epoch } from '../../src/model/ids.ts';
import { tellClaims } from '../../src/observe/frontends/tell-claims.ts';
import type { RedisSide } from '../parts/redis-side.ts';
import { A, useRedisSides } from '../parts/redis-sides.ts';
import { olderSide } from '../parts/without-index.ts';

const { redis, side, record } = useRedisSides();

/** Tells these in the name of a pass, and that they were all. */
async function tell(me: RedisSide, epoch: Epoch | null, untold: readonly string[]): Promise<void> {
  if (epoch === null) throw new Error('it may write');
  const { connection, keys, owner } = me;
  await tellClaims(connection, { keys, owner }, { epoch, isIndexed: false, untold });
}

test('a pass that a version without the index overtook says nothing of the claims of that one', async () => {
  const me = side();
  const { epoch } = await me.open();
  const older = olderSide(redis.client, 'me');
  await older.pass({ 'a.local': [A] });

  await tell(me, epoch, ['a.local']);
  expect(await record('me')).not.toHaveProperty('index');
  expect(await redis.client.exists('autodock:claims:a.local')).toBe(0);
});

test('a claim that was withdrawn meanwhile is not told', async () => {
  const me = side();
  const { epoch } = await me.open();

  await tell(me, epoch, ['a.local']);
  expect(await redis.client.exists('autodock:claims:a.local')).toBe(0);
});
