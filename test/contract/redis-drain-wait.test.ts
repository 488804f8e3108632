import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { unseenScores } from '../../src/pass/drain.ts';
import { type DrainWait, type Left, waitUntilDrained } from '../../src/pass/drain-wait.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import { ID, type RedisSide, redisSide } from '../parts/redis-side.ts';
import { waitFor } from '../parts/wait-for.ts';

const HOST = 'a.local';
const URL = 'http://10.0.0.1:80';

let redis: RedisPart;
let me: RedisSide;

beforeEach(async () => {
  redis = await startRedis({ tcp: true });
  me = redisSide({ url: `redis://127.0.0.1:${redis.port}` });
});

afterEach(async () => {
  me.connection.close();
  await redis.stop();
});

/** A front that has nothing on its way anywhere; hears what it is asked about. */
async function idleFront(): Promise<readonly string[]> {
  const [seconds = 0] = await redis.client.time();
  await redis.client.zadd(me.keys.fronts, String(seconds * 1_000), 'front');
  const asked: string[] = [];
  const ear = redis.client.duplicate();
  onTestFinished(() => ear.disconnect());
  ear.on('message', (_channel, text: string) => {
    const [session = '', question = '', ...urls] = text.split(' ');
    asked.push(...urls);
    void redis.client.hset(me.keys.answers(session), 'front', `${question} 0 0`);
  });
  await ear.subscribe(me.keys.ask);
  return asked;
}

/** Begins to wait for a container that nothing routed when it was drained. */
async function waitForDrain(isLapsed = false) {
  const target = { owner: me.owner, id: ID, drain: null, isLapsed };
  const lefts: Left[] = [];
  const wait: DrainWait = {
    targets: [target],
    urls: [],
    unseenAt: await unseenScores(me.connection, me.keys, [target]),
    timeoutMs: 60_000,
    onLeft: (left) => lefts.push(left),
  };
  return { lefts, end: waitUntilDrained(me.connection, me.keys, wait) };
}

test('a pass that began before a drain may route the container yet: that counts until the next one has taken it out', async () => {
  const asked = await idleFront();
  await me.pass({});
  const late = await me.open([HOST]);

  const { lefts, end } = await waitForDrain();
  await waitFor('it to wait for a pass', () =>
    expect(lefts).toEqual([{ kind: 'unseen', owners: [me.owner] }]),
  );
  await me.applier.apply(me.plan(late, { [HOST]: ['10.0.0.1'] }));
  await waitFor('it to be routed', () =>
    expect(lefts.at(-1)).toEqual({ kind: 'routed', vhosts: [HOST], owners: [me.owner] }),
  );
  expect(asked).toEqual([]);
  await me.pass({});

  expect(await end).toBeNull();
  expect(new Set(asked)).toEqual(new Set([URL]));
});

test('a pass that began before a drain writes nothing once another one has begun', async () => {
  await me.pass({});
  const late = await me.open([HOST]);

  const { end } = await waitForDrain();
  await me.open();

  expect(await end).toBeNull();
  expect(await me.applier.apply(me.plan(late, { [HOST]: ['10.0.0.1'] }))).toMatchObject({
    kind: 'fenced',
  });
});

test('who is not at work, and routes nothing, is not waited for', async () => {
  await me.pass({});
  const { end } = await waitForDrain(true);
  expect(await end).toBeNull();
});

/** Where a drain stands. */
const drained = () => me.keys.drain(me.owner);

/** Drains a container that its controller has published, and begins to wait; returns while a pass is waited for. */
async function drainAndWait() {
  await me.pass({});
  await redis.client.hset(me.keys.names(me.owner), ID, 'shop-1');
  await redis.client.hset(drained(), ID, '{}');
  const waiting = await waitForDrain();
  await waitFor('it to wait for a pass', () => expect(waiting.lefts).toHaveLength(1));
  return waiting;
}

test('a Redis that is away is waited for', async () => {
  const { lefts, end } = await drainAndWait();
  await redis.client.save();

  redis.kill('SIGKILL');
  await waitFor('it to say so', () =>
    expect(lefts.at(-1)).toEqual({ kind: 'away', why: expect.stringContaining('Redis at') }),
  );
  await redis.restart();
  await waitFor('it to wait for a pass again', () =>
    expect(lefts.at(-1)).toEqual({ kind: 'unseen', owners: [me.owner] }),
  );
  await me.pass({});
  expect(await end).toBeNull();
});

test('who is drained no more is not waited for, as it may be routed again', async () => {
  const { end } = await drainAndWait();

  await redis.client.del(drained());
  expect(await end).toEqual({ kind: 'lost', targets: [{ owner: me.owner, id: ID }] });
});

test('who has ended is waited for like anybody, though its drain has gone with it', async () => {
  const { end } = await drainAndWait();

  const monitor = await monitorRedis(redis.socket);
  onTestFinished(monitor.close);
  const names = me.keys.names(me.owner);
  await redis.client.del(drained());
  // As where it looks between the two.
  await waitFor('it to see that', () => {
    const asked = monitor.seen.map(({ words: [command, key] }) => `${command} ${key}`);
    expect(asked.lastIndexOf(`hmget ${names}`)).toBeGreaterThan(asked.indexOf(`del ${drained()}`));
    expect(asked).toContain(`del ${drained()}`);
  });
  await redis.client.hdel(names, ID);
  await me.pass({});
  expect(await end).toBeNull();
});

test('of several controllers those are named that have not looked, or route it yet', async () => {
  await idleFront();
  const other = redisSide({ url: `redis://127.0.0.1:${redis.port}`, owner: 'other' });
  onTestFinished(() => other.connection.close());
  await me.pass({});
  await other.pass({});
  const targets = [me, other].map(({ owner }) => ({ owner, id: ID, drain: null, isLapsed: false }));
  const unseenAt = await unseenScores(me.connection, me.keys, targets);
  const lefts: Left[] = [];
  const onLeft = (left: Left) => lefts.push(left);
  const wait = { targets, urls: [], unseenAt, timeoutMs: 60_000, onLeft };
  const end = waitUntilDrained(me.connection, me.keys, wait);

  await waitFor('both to be waited for', () =>
    expect(lefts).toEqual([{ kind: 'unseen', owners: [me.owner, other.owner] }]),
  );
  await me.pass({});
  await waitFor('the other one to be waited for', () =>
    expect(lefts.slice(1)).toEqual([{ kind: 'unseen', owners: [other.owner] }]),
  );
  await other.pass({});
  expect(await end).toBeNull();
});
