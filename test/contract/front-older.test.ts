import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { useFront } from '../parts/front-fixture.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import { staysFor, waitFor } from '../parts/wait-for.ts';

/** A Redis that comes back with what it had some time ago: a file of then, on the node that has it again. */
const rig = useFront({ backends: 3, env: { FRONT_WORKERS: '2', FRONT_HOLD: '300ms' } });

const OWNER = 'owner-a';
const HOST = 'a.com';

/** A pass of an owner, which raises its score, and writes this backend. */
async function passes(backend: number, owner = OWNER): Promise<void> {
  const { client } = rig.redis;
  const record = JSON.stringify({ id: owner, name: owner, written: 'a-boot' });
  const opening = client.multi().zincrby('autodock:owners', 1, owner);
  await opening.set(`autodock:engine:${owner}`, record).exec();
  const list = [`frontend:${HOST}`, HOST, rig.url(backend)] as const;
  await client
    .multi()
    .del(list[0])
    .rpush(...list)
    .exec();
}

/** Until the front has taken note of who the owners are; it does so each 5 s. */
async function noted(): Promise<void> {
  const { seen, answered, close } = await monitorRedis(rig.redis.socket);
  onTestFinished(close);
  await waitFor('the front to ask for the owners', () =>
    expect(seen.map(({ words }) => words.at(-1))).toContain('WITHSCORES'),
  );
  await answered();
}

/** Both workers answer so. */
async function isNow(answer: string): Promise<void> {
  for (let n = 0; n < 6; n += 1) expect(await rig.answerer(HOST)).toBe(answer);
}

const becomes = (answer: string) => waitFor(`${answer}`, () => isNow(answer));

/** How often the front has told so far that it goes on with what it knew. */
const held = async () => (await rig.front.log()).split('Redis came up anew').length - 1;

/** It has the file of before the last pass, whose routes the front knows. */
async function comesBackOlder(): Promise<void> {
  await passes(1);
  await rig.redis.client.save();
  await passes(2);
  await noted();
  await becomes('B2');
  await rig.redis.restart();
  expect(await rig.redis.client.lrange(`frontend:${HOST}`, 1, -1)).toEqual([rig.url(1)]);
}

const hears = () =>
  waitFor('the front to hear of changes', async () =>
    expect(await rig.front.status()).toMatchObject({ tracking: true, routes: 'redis' }),
  );

beforeEach(hears);
afterEach(async () => {
  await rm(`${rig.redis.dir}/dump.rdb`, { force: true });
  // What is emptied before that is a loss, and no end of a test.
  await hears();
});

test('it is not believed until its owner has passed again', async () => {
  const before = await held();
  await comesBackOlder();
  await staysFor(1_000, () => isNow('B2'));

  await passes(3);
  await becomes('B3');
  expect(await held()).toBe(before + 1);
});

test('an owner that passes no more is waited for no longer than that', async () => {
  await comesBackOlder();
  await isNow('B2');
  await becomes('B1');
});

test('it is not believed while its owner is about to write there', async () => {
  await passes(1);
  await rig.redis.client.zincrby('autodock:owners', 5, OWNER);
  await rig.redis.client.save();
  await rig.redis.client.zincrby('autodock:owners', -5, OWNER);
  await passes(2);
  await noted();
  await becomes('B2');
  const before = await held();
  await rig.redis.restart();
  await waitFor('the front to find that', async () => expect(await held()).toBe(before + 1));
  await becomes('B1');
});

test('one that has all that was known is believed', async () => {
  await passes(1);
  await noted();
  await becomes('B1');
  await rig.redis.client.save();
  const list = [`frontend:${HOST}`, HOST, rig.url(3)] as const;
  await rig.redis.client
    .multi()
    .del(list[0])
    .rpush(...list)
    .exec();
  await rig.redis.client.save();
  await rig.redis.restart();
  await waitFor('the lists to be read again', async () =>
    expect(await rig.front.status()).toMatchObject({ tracking: true, hosts_known: true }),
  );
  await becomes('B3');
});
