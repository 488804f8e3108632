import { expect, test } from 'vitest';
import { commandsRun } from '../parts/redis-looks.ts';
import { HINT, PASSES, useWatchingSides, WANTED } from '../parts/watching-sides.ts';

const { redis, side, readsOf, settled, isSeen } = useWatchingSides();

test.for([0, 1, 2, 3, 4])(
  'what was written before a pass that failed is seen, %i passes after another change',
  async (passes) => {
    const me = await settled();
    await me.pass({ ...WANTED, 'c.local': ['10.0.0.3'] });
    for (let n = 0; n < passes; n++) await me.open(HINT);
    await redis.client.rpush('frontend:a.local', 'http://foreign:1');
    await redis.client.set('autodock:drain:me', 'no hash');
    await expect(me.open(HINT)).rejects.toThrow('another type');
    await redis.client.del('autodock:drain:me');

    await isSeen(me);
    await isSeen(me);
  },
);

test.for(['watch', 'unwatch', 'client|info'])(
  'a right to %s that is taken away makes one pass fail at most, and all is read',
  async (right) => {
    await redis.client.call('ACL', 'SETUSER', 'robot', 'on', 'nopass', '~*', '+@all');
    const me = await settled(side({ url: `redis://robot:any@127.0.0.1:${redis.port}` }));
    await redis.client.call('ACL', 'SETUSER', 'robot', `-${right}`);
    await redis.client.rpush('frontend:a.local', 'http://foreign:1');
    const failed: unknown[] = [];
    for (let n = 0; n < 4 * PASSES; n++) await me.open(HINT).catch((error) => failed.push(error));

    expect(failed.length).toBeLessThanOrEqual(1);
    await isSeen(me);
    expect(await readsOf(me)).toBe(HINT.length);
  },
);

test('on another connection it is shown anew that Redis tells of writes', async () => {
  const me = await settled();
  const before = await commandsRun(redis.client, 'unwatch');
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await expect
    .poll(() =>
      me.open(HINT).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  for (let n = 0; n < 2 * PASSES; n++) await me.open(HINT);

  expect(await readsOf(me)).toBe(0);
  // Twice for the proof, once for the watch.
  expect((await commandsRun(redis.client, 'unwatch')) - before).toBe(3);
});
