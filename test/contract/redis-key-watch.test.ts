import { expect, test } from 'vitest';
import { A, B, CLAIM } from '../parts/redis-sides.ts';
import { HINT, PASSES, useWatchingSides, WANTED } from '../parts/watching-sides.ts';
import { olderSide } from '../parts/without-index.ts';

const { redis, side, readsOf, settled, isSeen } = useWatchingSides();

test('what nobody has written to is not read again, and is the identical object', async () => {
  const me = await settled();
  const first = await me.open(HINT);
  const trips = me.roundTrips();
  const second = await me.open(HINT);

  expect(me.roundTrips() - trips).toBe(1);
  for (const [vhost, frontend] of second.frontends) {
    expect(frontend).toBe(first.frontends.get(vhost));
  }
});

type Client = typeof redis.client;

test.for([
  ['a list', (client: Client) => client.rpush('frontend:a.local', 'http://foreign:1')],
  ['a list that was not there', (client: Client) => client.rpush('frontend:c.local', 'id', A)],
  ['a list that goes', (client: Client) => client.del('frontend:a.local')],
  ['a list that comes to its end', (client: Client) => client.pexpireat('frontend:a.local', 1)],
  [
    'a list of another name',
    (client: Client) => client.rename('frontend:a.local', 'frontend:c.local'),
  ],
  ['a value of another type', (client: Client) => client.set('frontend:a.local', 'text')],
  ['a script', (client: Client) => client.eval("redis.call('RPUSH', 'frontend:c.local', 'x')", 0)],
  ['a claim', (client: Client) => client.hset('autodock:owner:me', 'c.local', CLAIM)],
  ['the index', (client: Client) => client.del('autodock:claims:a.local')],
  ['FLUSHALL', (client: Client) => client.flushall()],
  ['SWAPDB', (client: Client) => client.swapdb('0', '1')],
  ['SWAPDB, twice, and between', swappedTwice],
] as const)('a foreign change is seen by the next pass: %s', async ([, change]) => {
  const me = await settled();

  await change(redis.client);

  await isSeen(me);
});

async function swappedTwice(client: Client): Promise<void> {
  await client.swapdb('0', '1');
  await client.multi().select(1).rpush('frontend:c.local', 'id', A).exec();
  await client.swapdb('0', '1');
}

test('what this owner writes itself is seen, and is watched again when it is quiet', async () => {
  const me = await settled();
  await me.pass({ 'a.local': ['10.0.0.1'], 'c.local': ['10.0.0.3'] });
  await isSeen(me);

  for (let n = 0; n < PASSES; n++) await me.open(HINT);
  expect(await readsOf(me)).toBe(0);
});

test('what is written while the connection is down is seen', async () => {
  const me = await settled();
  await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await redis.client.rpush('frontend:a.local', 'http://foreign:1');

  await expect
    .poll(
      () =>
        isSeen(me).then(
          () => true,
          () => false,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
});

test('what was written before a watch whose answer came too late is seen', async () => {
  const more = [...HINT, 'd.local'];
  const me = await settled(side({ timeoutMs: 1_000 }));
  for (let n = 0; n < 2; n++) await me.open(more);
  await redis.client.rpush('frontend:a.local', 'http://foreign:1');
  await redis.client.call('CLIENT', 'PAUSE', '3000', 'WRITE');

  await expect(me.open(more)).rejects.toThrow('does not answer');
  await redis.client.call('CLIENT', 'UNPAUSE');

  await isSeen(me);
});

test('other owners beside this one: what they write is seen, and that one is no owner any more', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await other.pass({ 'a.local': ['10.0.0.9'] });
  await settled(me);

  await other.pass({ 'a.local': ['10.0.0.8'], 'c.local': ['10.0.0.9'] });
  await isSeen(me);
  await settled(me);
  await redis.client.hset('autodock:owner:other', 'a.local', CLAIM);
  await isSeen(me);
  await settled(me);
  await redis.client.zrem('autodock:owners', 'other');
  await isSeen(me);
});

test('what an owner asks of fronts is seen', async () => {
  const me = side();
  const options = { 'a.local': '{"timeout":1000,"since":{"timeout":1}}' };
  await me.pass(WANTED, options);
  for (let n = 0; n < PASSES; n++) await me.open(HINT);
  expect(await readsOf(me)).toBe(0);

  await redis.client.hset('autodock:options:a.local', 'other', '{}');
  await isSeen(me);
  await redis.client.sadd('autodock:claims:b.local', 'other options');
  await redis.client.hset('autodock:options:b.local', 'other', '{}');
  await isSeen(me);
});

test('one who is told and claims nothing could claim there any time: all is read', async () => {
  const me = side();
  await me.pass(WANTED);
  await redis.client.sadd('autodock:claims:a.local', 'nobody');
  for (let n = 0; n < PASSES; n++) await me.open(HINT);

  // Those that are read with it.
  expect(await readsOf(me)).toBe(Object.keys(WANTED).length);
});

test('while an owner is at work that tells nothing in the index, all is read', async () => {
  const me = await settled();
  await olderSide(redis.client, 'older').pass({ 'a.local': [B] });
  await isSeen(me);
  for (let n = 0; n < PASSES; n++) await me.open(HINT);

  expect(await readsOf(me)).toBe(HINT.length);
});

test.for(['watch', 'unwatch', 'client|info', 'info'])(
  'where the right to %s is missing, all is read as before',
  async (right) => {
    await redis.client.call('ACL', 'SETUSER', 'robot', 'on', 'nopass', '~*', '+@all', `-${right}`);
    const me = side({ url: `redis://robot:any@127.0.0.1:${redis.port}` });
    await me.pass(WANTED);
    for (let n = 0; n < PASSES; n++) await me.open(HINT);

    expect(await readsOf(me)).toBe(HINT.length);
    await redis.client.rpush('frontend:c.local', 'id', A);
    await isSeen(me);
  },
);

test('a connection has one watch, and whoever comes second reads all', async () => {
  const me = await settled();

  expect(me.connection.claimWatch()).toBe(false);
});

test('of thousands of vhosts some hundreds are watched, as Redis looks through all for each', async () => {
  const me = side();
  const hint = Array.from({ length: 1_000 }, (_, n) => `app-${n}.local`);
  await me.pass(Object.fromEntries(hint.map((vhost) => [vhost, ['10.0.0.1']])));
  for (let n = 0; n < PASSES; n++) await me.open(hint);

  expect(await readsOf(me, hint)).toBe(500);
});
