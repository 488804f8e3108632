import { expect, test } from 'vitest';
import { RELEASED_ENGINE } from '../../src/model/released-engine.ts';
import { readOwners } from '../../src/observe/frontends/owners.ts';
import { createRedisReader } from '../../src/observe/frontends/redis.ts';
import { ENGINE } from '../parts/redis-side.ts';
import { useRedisSides } from '../parts/redis-sides.ts';

const { redis, side, record } = useRedisSides();
const ANOTHER = { id: 'ENGINE:2', name: 'host-2' };
const NOTHING: ReadonlySet<string> = new Set();

/** Publishes a record of `agoMs` ago in the place of the last one. */
async function publish(members: Readonly<Record<string, unknown>>, agoMs = 0): Promise<void> {
  const last = await record('me');
  const text = JSON.stringify({ ...last, ...members, at: last.at - agoMs });
  await redis.client.set('autodock:engine:me', text);
}

test('an opening raises the score to the time of Redis and tells it, with a nonce, as the epoch', async () => {
  const me = side();
  const { epoch, now } = await me.open();

  const [score, nonce] = String(epoch).split('/');
  expect(Number(score)).toBe(now);
  expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
  expect(await redis.client.zscore('autodock:owners', 'me')).toBe(score);
  expect(await record('me')).toEqual({
    ...ENGINE,
    at: now,
    redis: /run_id:(\w+)/.exec(await redis.client.info('server'))?.[1],
    leaseMs: 90_000,
    address: 'container',
    sharedNetwork: false,
    version: '1.0.0',
    index: 1,
    asked: 0,
    looked: 0,
    nonce,
  });
});

test('each pass has a nonce of its own, and each process other ones', async () => {
  const [me, twin] = [side(), side()];
  const epochs = [await me.open(), await me.open(), await twin.open()].map(({ epoch }) => epoch);

  const nonces = epochs.map((epoch) => String(epoch).split('/')[1]);
  expect(new Set(nonces).size).toBe(3);
});

test('a score rises strictly, also when the clock of Redis went back', async () => {
  await redis.client.zadd('autodock:owners', 4_000_000_000_000, 'me');
  const me = side();

  expect((await me.open()).epoch).toMatch(/^4000000000001\//);
  expect((await me.open()).epoch).toMatch(/^4000000000002\//);
});

test('another engine has an owner that is lapsed at once, though when it gave its last sign cannot be told', async () => {
  await side().open();
  await publish({ lapsed: { at: 1, by: 'finder' }, redis: 'another' });

  await side({ engine: ANOTHER }).open();
  expect(await record('me')).toMatchObject(ANOTHER);
});

test.each(['inf', '1e17', '9007199254740992'])(
  "a score of %s, to which nothing can be added, is nobody's: the next pass has the time again",
  async (score) => {
    const me = side();
    await me.open();
    await redis.client.zadd('autodock:owners', score, 'me');

    const { epoch, now } = await me.open();
    expect(epoch).toMatch(new RegExp(`^${now}/`));
  },
);

test('another engine under the same owner is told, and neither its score nor its record is touched', async () => {
  const me = side();
  await me.open();
  const before = [await redis.client.zscore('autodock:owners', 'me'), await record('me')];
  const clone = await side().reader.open(ANOTHER, NOTHING);

  expect(clone).toMatchObject({
    kind: 'contested',
    record: { engineId: ENGINE.id, engine: ENGINE.name },
  });
  expect([await redis.client.zscore('autodock:owners', 'me'), await record('me')]).toEqual(before);
});

test('a clone of the machine, which has its engine’s ID and another name, is another engine', async () => {
  const me = side();
  await me.open();

  const clone = await side().reader.open({ ...ENGINE, name: 'clone-of-host-1' }, NOTHING);

  expect(clone).toMatchObject({ kind: 'contested', record: { engine: ENGINE.name } });
});

test('neither a second controller of one engine nor a host that is renamed or joins a swarm is taken for a clone', async () => {
  const me = side();
  await me.open();
  const openedAs = async (name: string, reader = me.reader) =>
    (await reader.open({ ...ENGINE, name }, NOTHING)).kind;

  expect(await openedAs(ENGINE.name, side().reader)).toBe('opened');
  expect(await openedAs(`${ENGINE.name} at 10.0.0.1`)).toBe('opened');
  expect(await openedAs('renamed', me.reader)).toBe('opened');
});

test('another engine may take over once the lease is over', async () => {
  const me = side();
  await me.open();
  await publish({}, 90_001);

  expect(await side().reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'opened' });
  expect(await record('me')).toMatchObject(ANOTHER);
});

test.each([
  ['by the lease that it published, however short ours is', 600_000, 'contested'],
  ['by the lease that it published, however long ours is', 5_000, 'opened'],
  ['by ours if an earlier version published none', undefined, 'contested'],
])('a pass of another engine counts %s', async (_what, leaseMs, kind) => {
  const me = side();
  await me.open();
  await publish({ ...ANOTHER, leaseMs }, 60_000);

  expect((await me.reader.open(ENGINE, NOTHING)).kind).toBe(kind);
});

test('an owner that goes is opened by whichever engine passed last, and publishes no lease', async () => {
  const me = side();
  await me.open();
  const { owner, keys, connection } = me;
  const published = {
    address: 'container',
    sharedNetwork: false,
    version: '1.0.0',
    run: 'leaving',
  } as const;
  const going = { leaseMs: null, patienceMs: 90_000, isLeaving: true, boot: null, ...published };
  const leaving = createRedisReader(connection, { owner, keys, ...going });

  expect(await leaving.open(RELEASED_ENGINE, NOTHING)).toMatchObject({ kind: 'opened' });
  const left = await record('me');
  expect(left).toMatchObject(RELEASED_ENGINE);
  expect(left).not.toHaveProperty('leaseMs');
  expect(await me.reader.open(ENGINE, NOTHING)).toMatchObject({ kind: 'contested' });
});

test('a sign of life tells what other owners publish, and nothing of one whose key is of a wrong type', async () => {
  const [me, other] = [side(), side({ owner: 'other' })];
  await other.open();
  await redis.client.zadd('autodock:owners', 1, 'broken', 2, 'old', 3, 'rubbish');
  await redis.client.rpush('autodock:engine:broken', 'x');
  await redis.client.set('autodock:engine:old', '{"id":"ENGINE:9","name":"host-9"}');
  await redis.client.set('autodock:engine:rubbish', '["rubbish"]');

  await me.open();
  const { otherOwners } = await me.beat();
  const nothing = { engineId: null, engine: null, leaseMs: null };
  expect(otherOwners).toMatchObject([
    { owner: 'broken', lastSignAt: 1, ...nothing },
    { owner: 'old', lastSignAt: 2, engineId: 'ENGINE:9', engine: 'host-9', leaseMs: null },
    { owner: 'rubbish', lastSignAt: 3, ...nothing },
    { owner: 'other', engineId: ENGINE.id, engine: ENGINE.name, leaseMs: 90_000 },
  ]);
  const { owners } = await readOwners(me.connection, me.keys);
  expect(owners.filter(({ owner }) => owner !== 'me')).toEqual(otherOwners);
});
