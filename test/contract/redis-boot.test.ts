import { expect, test } from 'vitest';
import { publishBoot } from '../../src/apply/boot.ts';
import { connectRedis } from '../../src/clients/redis.ts';
import { type Owner, parseOwner } from '../../src/model/ids.ts';
import { keysWithPrefix } from '../../src/model/keys.ts';
import type { OpenedPass } from '../../src/observe/frontends/redis.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, record } = useRedisSides();
const OWNER = parseOwner('me') as Owner;

/** Says it as the pass does that opened so. */
async function publish({ epoch }: OpenedPass, boot: string | null): Promise<void> {
  const connection = connectRedis(
    { url: `unix://${redis.socket}`, keyPrefix: '', timeoutMs: 2_000, tls: null },
    'b',
  );
  try {
    if (epoch === null) throw new Error('it may write');
    await publishBoot(connection, keysWithPrefix(''), { owner: OWNER, epoch }, boot);
  } finally {
    connection.close();
  }
}

test('an opening goes on saying in which boot routes were written, until a pass has looked at them', async () => {
  const me = side();
  const first = await me.open();
  expect(first.writtenIn).toBeNull();
  await publish(first, 'a-boot');
  expect(await record('me')).toHaveProperty('written', 'a-boot');

  const next = await me.open();
  expect(next.writtenIn).toBe('a-boot');
  expect(await record('me')).toMatchObject({
    written: 'a-boot',
    nonce: String(next.epoch).split('/')[1],
  });
  await publish(next, 'another-boot');
  expect((await me.open()).writtenIn).toBe('another-boot');
});

test('a pass that another one overtook says nothing of the boot', async () => {
  const me = side();
  const overtaken = await me.open();
  await me.open();
  await publish(overtaken, 'a-boot');
  expect(await record('me')).not.toHaveProperty('written');
});

test('a look at all routes that a front asked for is answered by a pass that began after it was', async () => {
  const me = side();
  const before = await me.open();
  expect(before.isAsked).toBe(false);
  await redis.client.hset('autodock:front:me', 'asked', '3');
  await publish(before, 'a-boot');
  expect(await record('me')).toHaveProperty('looked', 0);

  const after = await me.open();
  expect(after.isAsked).toBe(true);
  await publish(after, 'a-boot');
  expect(await record('me')).toHaveProperty('looked', 3);
  expect((await me.open()).isAsked).toBe(false);
});

test.each(['nan', 'inf', '1e999', '-1', 'often'])(
  'an opening takes %s for no count of what fronts asked for',
  async (text) => {
    await redis.client.hset('autodock:front:me', 'asked', text);
    expect((await side().open()).isAsked).toBe(false);
    expect(await record('me')).toHaveProperty('asked', 0);
  },
);

test('it is said in a full Redis, too: a front serves nothing of this host until it is', async () => {
  const opened = await side().open();
  await redis.client.config('SET', 'maxmemory', '1');
  await publish(opened, 'a-boot');
  expect(await record('me')).toHaveProperty('written', 'a-boot');
});

test('who knows no boot takes back what was said of one', async () => {
  const me = side();
  await publish(await me.open(), 'a-boot');
  await publish(await me.open(), null);
  expect(await record('me')).not.toHaveProperty('written');
});
