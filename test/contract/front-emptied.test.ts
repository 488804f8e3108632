import { rm } from 'node:fs/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Backend, startBackend } from '../parts/backend.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { statusOf } from '../parts/own-fronts.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import { staysFor, waitFor } from '../parts/wait-for.ts';

/** A Redis that comes up without what it held: its node is gone, and it began anew elsewhere. */
const rig = useFront({ backends: 3, env: { FRONT_WORKERS: '2', FRONT_HOLD: '300ms' } });

const OWNERS = 'autodock:owners';
const A = 'owner-a';
const B = 'owner-b';

/** What an owner does first in a pass. */
async function opens(owner: string, more: object = {}): Promise<void> {
  const record = JSON.stringify({ id: owner, name: owner, ...more });
  const key = `autodock:engine:${owner}`;
  await rig.redis.client.multi().zadd(OWNERS, 1, owner).set(key, record).exec();
}

/** What it does once it has looked at all of its routes. */
const hasWritten = (owner: string) => opens(owner, { written: 'a-boot' });

/** Both workers answer so. */
async function becomes(host: string, answer: string | number): Promise<void> {
  await waitFor(`${host} to be ${answer}`, () => isNow(host, answer));
}

async function isNow(host: string, answer: string | number): Promise<void> {
  for (let n = 0; n < 6; n += 1) expect(await rig.answerer(host)).toBe(answer);
}

/** Until the front has asked who the owners are; it does so each 5 s. */
async function noted(): Promise<void> {
  const { seen, answered, close } = await monitorRedis(rig.redis.socket);
  onTestFinished(close);
  await waitFor('the front to ask for the owners twice', () =>
    expect(
      seen.filter(({ words }) => words.join(' ') === `zrange ${OWNERS} 0 -1 WITHSCORES`).length,
    ).toBeGreaterThan(1),
  );
  await answered();
}

async function knows(...owners: readonly string[]): Promise<void> {
  for (const owner of owners) await hasWritten(owner);
  await noted();
}

/** Redis is there again, empty, and the front hears what changes there; until then, it is asked. */
async function losesAll({ status } = rig.front, ask?: () => Promise<void>): Promise<void> {
  await rig.redis.restart();
  await waitFor('the front to hear of changes', async () => {
    await ask?.();
    expect(await status()).toMatchObject({ tracking: true, routes: 'redis' });
  });
}

const isAwaited = async () =>
  (await request(rig.front.statusPort, 'localhost', '/healthz')).body.includes(
    'without what it held',
  );

/** How many losses the front has told of so far. */
const losses = async () => (await rig.front.log()).split('came up without what it held').length - 1;

/** By another address than the others have. */
const elsewhere = (name: string, address: string): Promise<Backend> =>
  own(startBackend(name, address));

/** A front of its own for a test. */
async function another(env: Readonly<Record<string, string>>): Promise<Front> {
  const options = { redisSocket: rig.redis.socket, env: { FRONT_WORKERS: '1', ...env } };
  const front = await startFront(options);
  onTestFinished(() => front.stop());
  return front;
}

beforeEach(async () => {
  for (const owner of [A, B]) await hasWritten(owner);
  await waitFor('the end of what an earlier test began', async () =>
    expect(await isAwaited()).toBe(false),
  );
  await rig.redis.client.flushall();
  await waitFor('the front to know that there is nothing', async () => {
    expect(await rig.front.status()).toMatchObject({ tracking: true, hosts_known: true });
    for (const host of ['a.com', 'b.com', 'one.com']) expect(await rig.answerer(host)).toBe(404);
  });
});

test('hosts that were known are served until their owners have written again', async () => {
  const [b2, b3] = [await elsewhere('B2', '127.0.0.2'), await elsewhere('B3', '127.0.0.3')];
  await rig.route('a.com', rig.url(1));
  await rig.route('b.com', b2.url);
  await rig.route('*.b.com', b3.url);
  await rig.route('held.com');
  await knows(A, B);

  await losesAll();
  await isNow('a.com', 'B1');
  await isNow('b.com', 'B2');
  await isNow('never-seen.b.com', 'B3');
  await isNow('held.com', 503);
  await isNow('unknown.test', 404);
  expect(await isAwaited()).toBe(true);

  // One has written, the other one is late.
  await opens(A);
  await rig.route('a.com', rig.url(3));
  await hasWritten(A);
  await becomes('a.com', 'B3');
  await isNow('b.com', 'B2');
  await isNow('never-seen.b.com', 'B3');

  // What the first one takes back now is gone, whatever was known before.
  await rig.redis.client.del('frontend:a.com');
  await becomes('a.com', 404);

  await opens(B);
  await staysFor(1_000, () => isNow('b.com', 'B2'));
  await hasWritten(B);
  for (const host of ['b.com', 'x.b.com', 'held.com']) await becomes(host, 404);
  expect(await isAwaited()).toBe(false);
});

test('a wildcard that is written first answers for no host that had a list of its own', async () => {
  const other = await elsewhere('B2', '127.0.0.2');
  await rig.route('x.ex.com', other.url);
  await knows(A, B);
  await losesAll();
  await opens(A);
  await rig.route('*.ex.com', rig.url(1));
  await becomes('y.ex.com', 'B1');
  await isNow('x.ex.com', 'B2');
});

test('a wildcard answers for no host of which the front cannot know that it had no list', async () => {
  await rig.route('*.ex.com', rig.url(1));
  const hosts = Array.from({ length: 20 }, (_, n) => `h${n}.ex.com`);
  for (const host of hosts) await rig.route(host, rig.url(2));
  const front = await another({ FRONT_KNOWN_HOSTS: '2' });
  expect(await statusOf(front, 'none.ex.com')).toBe(200);
  await knows(A, B);

  const bodies: string[] = [];
  const askForAll = async () => {
    for (const host of hosts) bodies.push((await request(front.port, host)).body);
  };
  await losesAll(front, askForAll); // from before it has seen that this is another Redis
  expect(bodies.filter((body) => body.includes('"B1"'))).toEqual([]);
  expect(await statusOf(front, 'none.ex.com'), 'it had none').toBe(200);
});

test('an address that somebody has written anew is never that of a host from before', async () => {
  const [left, right] = [await elsewhere('L', '127.0.0.2'), await elsewhere('R', '127.0.0.3')];
  await rig.route('one.com', left.url);
  await rig.route('two.com', left.url, right.url);
  await knows(A, B);
  await losesAll();
  await isNow('one.com', 'L');
  await opens(A);
  await rig.route('stranger.com', left.url);
  await becomes('stranger.com', 'L');
  await becomes('one.com', 503);
  await becomes('two.com', 'R');
  // A further loss changes nothing of that.
  const before = await losses();
  await losesAll();
  await rig.answerer('stranger.com');
  await waitFor('the further loss', async () => expect(await losses()).toBe(before + 1));
  await isNow('one.com', 503);
  // Its own owner says so.
  await rig.route('one.com', left.url);
  await becomes('one.com', 'L');
});

test('what is known goes on over a reload, and a further loss', async () => {
  const other = await elsewhere('B2', '127.0.0.2');
  await rig.route('a.com', rig.url(1));
  await rig.route('b.com', other.url);
  await knows(A, B);
  await losesAll();
  process.kill(rig.front.pid, 'SIGHUP');
  await hasWritten(A);
  await rig.route('a.com', rig.url(1));
  await staysFor(1_000, async () => {
    expect(await rig.answerer('a.com')).toBe('B1');
    expect(await rig.answerer('b.com')).toBe('B2');
  });
  await losesAll();
  await isNow('b.com', 'B2');
  await hasWritten(A);
  await staysFor(1_000, async () => expect(await rig.answerer('b.com')).toBe('B2'));
  await hasWritten(B);
  await becomes('b.com', 404);
});

test('a Redis that comes back with its owners is believed', async () => {
  await rig.route('a.com', rig.url(1));
  await rig.route('b.com', rig.url(1));
  await knows(A);
  await rig.redis.client.save();
  onTestFinished(() => rm(`${rig.redis.dir}/dump.rdb`));
  await rig.redis.client.del('frontend:b.com');
  await rig.redis.client.save();
  const before = await losses();
  await losesAll();
  await isNow('a.com', 'B1');
  await becomes('b.com', 404);
  expect(await losses()).toBe(before);
});

test('one that is emptied by a command, or that nobody would write anew, is believed', async () => {
  await rig.route('a.com', rig.url(1));
  await knows(A);
  await rig.redis.client.flushall();
  await becomes('a.com', 404);

  await rig.route('a.com', rig.url(1));
  await noted();
  await isNow('a.com', 'B1');
  await losesAll();
  await becomes('a.com', 404);
  expect(await isAwaited()).toBe(false);
});

test('an owner that never comes back is waited for a minute from when the first one is there', async () => {
  const other = await elsewhere('B2', '127.0.0.2');
  await rig.route('b.com', other.url);
  await knows(A, B);
  await losesAll();
  await hasWritten(A);
  await isNow('b.com', 'B2');
  await becomes('b.com', 404);
  expect(await isAwaited()).toBe(false);
});

test('with FRONT_LAST_KNOWN for so long while nobody comes back', async () => {
  const front = await another({ FRONT_LAST_KNOWN: '3s' });
  await rig.route('a.com', rig.url(1));
  await knows(A);
  expect(await statusOf(front, 'a.com')).toBe(200);
  await losesAll();
  expect(await statusOf(front, 'a.com')).toBe(200);
  await waitFor('its end', async () => expect(await statusOf(front, 'a.com')).toBe(404));
  await isNow('a.com', 'B1');
});
