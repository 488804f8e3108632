import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isLive } from '../../src/model/lease.ts';
import { readClock, readOwners } from '../../src/observe/frontends/owners.ts';
import type { Sends } from '../../src/observe/frontends/sends.ts';
import { startRedis } from '../parts/redis.ts';
import { ENGINE, type RedisSide, redisSide } from '../parts/redis-side.ts';
import { A, CLAIM, useRedisSides } from '../parts/redis-sides.ts';
import { waitFor } from '../parts/wait-for.ts';

const { redis, side, list, claim, record } = useRedisSides();
const ANOTHER = { id: 'ENGINE:2', name: 'host-2' };
const NOTHING: ReadonlySet<string> = new Set();
const HOUR_MS = 3_600_000;

/** What Redis' clock, set back by an hour, makes of all that it wrote: times that are ahead of it. */
async function setClockBack(): Promise<void> {
  const last = await record('me');
  await redis.client.set('autodock:engine:me', JSON.stringify({ ...last, at: last.at + HOUR_MS }));
  await redis.client.zincrby('autodock:owners', HOUR_MS, 'me');
}

/** Whether the owner is alive, as a command sees it that only reads. */
async function seen(me: RedisSide) {
  const { clock, owners } = await readOwners(me.connection, me.keys);
  const [owner] = owners;
  if (owner === undefined) throw new Error('no owner');
  return { lastSignAt: owner.lastSignAt, alive: isLive(owner, clock.now, 90_000) };
}

test('an owner that passes while it is looked at is not ahead of the clock', async () => {
  const me = side();
  await me.open();
  const read: Sends['read'] = async (commands) => {
    const replies = await me.connection.read(commands);
    await sleep(2);
    await me.open();
    return replies;
  };

  const { owners } = await readOwners({ read }, me.keys);

  expect(owners).toMatchObject([{ owner: 'me', lastSignAt: expect.any(Number) }]);
});

describe('a clock that was set back', () => {
  test('another engine under the owner is noticed, and its record counts as published now', async () => {
    await side().open();
    await setClockBack();

    const clone = side();
    expect(await clone.reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'contested' });
    const { at, id } = await record('me');
    expect(id).toBe(ENGINE.id);
    expect(at).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(await clone.reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'contested' });
  });

  test('it is noticed of an engine whose controller is of a version that told no time', async () => {
    await redis.client.zadd('autodock:owners', Date.now() + HOUR_MS, 'me');
    await redis.client.set('autodock:engine:me', JSON.stringify(ENGINE));

    expect(await side().reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'contested' });
  });

  test('the owner itself passes on as before, and its score grows', async () => {
    const me = side();
    await me.open();
    await setClockBack();
    const score = Number(await redis.client.zscore('autodock:owners', 'me'));

    await me.pass({ 'a.local': ['10.0.0.1'] });
    expect(await list('a.local')).toEqual(['app', A]);
    expect(Number(await redis.client.zscore('autodock:owners', 'me'))).toBe(score + 1);
  });

  test('nobody is told that the owner passed a moment ago, nor that it is alive', async () => {
    const me = side();
    await me.open();
    expect(await seen(me)).toMatchObject({ alive: true });

    await setClockBack();
    expect(await seen(me)).toEqual({ lastSignAt: null, alive: null });
  });

  test('a hold lasts for its time from now on, and not until the clock has caught up', async () => {
    const me = side({ holdMs: 300 });
    await me.pass({ 'a.local': ['10.0.0.1'] });
    await me.pass({});
    await redis.client.hset('autodock:owner:me', 'a.local', `{"held":${Date.now() + HOUR_MS}}`);

    expect((await me.pass({})).results).toEqual([{ vhost: 'a.local', kind: 'claim' }]);
    expect(await claim('a.local')).toMatch(/^\{"held":\d{13}\}$/);
    await waitFor('the hold to end', async () => {
      await me.pass({});
      expect(await list('a.local')).toEqual([]);
    });
  });

  test('a hold that a container asks for stays, with the time of now', async () => {
    const me = side({ holdMs: 300 });
    await me.pass({ 'a.local': [] });
    await redis.client.hset('autodock:owner:me', 'a.local', `{"held":${Date.now() + HOUR_MS}}`);

    await me.pass({ 'a.local': [] });
    expect(await list('a.local')).toEqual(['app']);
    const { held } = JSON.parse((await claim('a.local')) ?? '{}') as { readonly held: number };
    expect(held).toBeLessThan(Date.now() + 1_000);
  });
});

describe('a failover that lost writes', () => {
  /** The same owner on a second Redis that got what the first one had until it was cut off. */
  async function promoted() {
    const second = await startRedis({ tcp: true });
    onTestFinished(second.stop);
    await second.client.replicaof('127.0.0.1', redis.port ?? 0);
    await waitFor('the replica to have it all', async () => {
      expect(await second.client.info('replication')).toContain('master_link_status:up');
    });
    return {
      client: second.client,
      cutOff: () => second.client.replicaof('NO', 'ONE'),
      side: () => {
        const made = redisSide({ url: second.url });
        onTestFinished(made.connection.close);
        return made;
      },
    };
  }

  test('an old pass cannot write with an epoch whose score a newer pass got as well', async () => {
    // The clock of the new master is behind: scores go on by one from what it knows.
    await redis.client.zadd('autodock:owners', 4_000_000_000_000, 'me');
    const replica = await promoted();
    await replica.cutOff();
    const old = side();
    const lost = await old.open(['a.local']);
    const fresh = replica.side();
    const { epoch } = await fresh.open(['a.local']);
    expect(String(epoch).split('/')[0]).toBe(String(lost.epoch).split('/')[0]);

    // What the old pass wanted comes to the new master, by way of a connection that was made anew.
    const late = replica.side();
    const plan = late.plan(lost, { 'a.local': ['10.0.0.1'] });
    expect(await late.applier.apply(plan)).toMatchObject({ kind: 'fenced' });
    expect(await replica.client.exists('frontend:a.local')).toBe(0);
  });

  test('another engine under the owner is noticed on the new master, for a lease from now on', async () => {
    const me = side();
    const { now } = await me.open();
    // As the clock of the first Redis would have it, the lease is over.
    const last = { ...(await record('me')), at: now - HOUR_MS };
    await redis.client.set('autodock:engine:me', JSON.stringify(last));
    const replica = await promoted();
    await replica.cutOff();

    const clone = replica.side();
    expect(await clone.reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'contested' });
    const own = await readClock(clone.connection);
    const found = JSON.parse((await replica.client.get('autodock:engine:me')) ?? '');
    expect(found).toMatchObject({ ...ENGINE, redis: own.run, nonce: last.nonce });

    await replica.client.set(
      'autodock:engine:me',
      JSON.stringify({ ...found, at: found.at - last.leaseMs }),
    );
    expect(await clone.reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'opened' });
  });

  test('a controller that does not pass there is not called alive', async () => {
    await side().open();
    const replica = await promoted();
    await replica.cutOff();

    expect(await seen(replica.side())).toEqual({ lastSignAt: null, alive: null });
  });
});

describe('the version before, which raised the score alone and told no more than its engine', () => {
  const PLAIN = JSON.stringify(ENGINE);

  test('what it wrote is taken over without a gap', async () => {
    await redis.client.zadd('autodock:owners', Date.now(), 'me');
    await redis.client.set('autodock:engine:me', PLAIN);
    await redis.client.rpush('frontend:a.local', 'app', A);
    await redis.client.hset('autodock:owner:me', 'a.local', CLAIM);

    const me = side();
    expect((await me.pass({ 'a.local': ['10.0.0.1'] })).results).toEqual([]);
    expect(await list('a.local')).toEqual(['app', A]);
    await me.pass({});
    expect(await list('a.local')).toEqual([]);
  });

  test('beside it, whoever opened last may write, and the other one is fenced', async () => {
    const me = side();
    const opened = await me.open(['a.local']);
    // Its opening: a score that rises, and its engine where another text stands.
    await redis.client.zincrby('autodock:owners', 1, 'me');
    await redis.client.set('autodock:engine:me', PLAIN);

    const late = await me.applier.apply(me.plan(opened, { 'a.local': ['10.0.0.1'] }));
    expect(late).toMatchObject({ kind: 'fenced' });
    const theirs = await redis.client.zscore('autodock:owners', 'me');
    await me.pass({ 'a.local': ['10.0.0.1'] });
    expect(await list('a.local')).toEqual(['app', A]);
    // Its write carries the score that it raised, which is not the owner's any more.
    expect(Number(await redis.client.zscore('autodock:owners', 'me'))).toBeGreaterThan(
      Number(theirs),
    );
  });

  test('another engine of it under the owner is told, as its score is recent', async () => {
    await redis.client.zadd('autodock:owners', Date.now() - 60_000, 'me');
    await redis.client.set('autodock:engine:me', PLAIN);

    expect(await side().reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'contested' });
    await redis.client.zadd('autodock:owners', Date.now() - 91_000, 'me');
    expect(await side().reader.open(ANOTHER, NOTHING)).toMatchObject({ kind: 'opened' });
  });
});
