import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startFaultProxy } from '../parts/fault-proxy.ts';
import { request, startFront } from '../parts/front.ts';
import { useFront } from '../parts/front-fixture.ts';
import { type FrontLoad, startFrontLoad } from '../parts/front-load.ts';
import type { RedisPart } from '../parts/redis.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const HOST = 'a.ex.com';
const KEY = `frontend:${HOST}`;
const CONNECTIONS = 12;

const rig = useFront({ backends: 2, env: { FRONT_WORKERS: '2', FRONT_ACCESS_LOG: 'off' } });

/** B1 and B2 in turn, from the one that is not there at first. */
const turn = (n: number) => (n % 2 === 0 ? 2 : 1);

/** What every connection gets, and nothing else, if it sees `times` changes in turn: never the old one again. */
function inTurn(times: number): readonly (readonly string[])[] {
  const run = ['B1', ...Array.from({ length: times }, (_, n) => `B${turn(n)}`)];
  return Array.from({ length: CONNECTIONS }, () => run);
}

const isTracking = () =>
  waitUntil('the front to hear changes', async () => (await rig.front.status()).tracking);

describe('under load no answer is stale', () => {
  let load: FrontLoad;

  beforeEach(async () => {
    await isTracking();
    await rig.route(HOST, rig.url(1));
    load = startFrontLoad(rig.front.port, HOST, CONNECTIONS);
    await load.becomes('B1');
  });
  afterEach(() => load.stop());

  test('after a change of the list: whoever has seen it never sees the old one again', async () => {
    for (let n = 0; n < 100; n += 1) {
      await rig.redis.client.lset(KEY, 1, rig.url(turn(n)));
      await load.becomes(`B${turn(n)}`);
    }
    expect(load.runs).toEqual(inTurn(100));
    console.info(
      `${load.answered} requests beside 100 changes, none answered by what had been replaced`,
    );
  });

  test.each(['before', 'after'] as const)(
    'when the connection that tells of changes is killed just %s one',
    async (order) => {
      const { client } = rig.redis;
      for (let n = 0; n < 12; n += 1) {
        const both = client.pipeline();
        if (order === 'before') both.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        both.lset(KEY, 1, rig.url(turn(n)));
        if (order === 'after') both.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await both.exec();
        await load.becomes(`B${turn(n)}`);
        await isTracking();
      }
      expect(load.runs).toEqual(inTurn(12));
    },
  );

  test('when a more exact list comes and goes', async () => {
    const { client } = rig.redis;
    await rig.route('*.ex.com', rig.url(2));
    for (let n = 0; n < 20; n += 1) {
      if (turn(n) === 2) await client.del(KEY);
      else await rig.route(HOST, rig.url(1));
      await load.becomes(`B${turn(n)}`);
    }
    expect(load.runs).toEqual(inTurn(20));
  });

  test('when Redis is flushed, and filled again', async () => {
    for (let n = 0; n < 5; n += 1) {
      await rig.redis.client.flushall();
      await load.becomes('404');
      await rig.route(HOST, rig.url(1));
      await load.becomes('B1');
    }
    const run = ['B1', ...Array.from({ length: 5 }, () => ['404', 'B1']).flat()];
    expect(load.runs).toEqual(load.runs.map(() => run));
  });

  test('when Redis freezes, and a change that waited is made as it wakes', async () => {
    rig.redis.kill('SIGSTOP');
    onTestFinished(() => rig.redis.kill('SIGCONT'));
    const changed = rig.redis.client.lset(KEY, 1, rig.url(2));
    await waitUntil('the front to miss its Redis', async () => {
      const { tracking, redis } = await rig.front.status();
      return !(tracking || redis.reachable);
    });
    expect(load.runs).toEqual(inTurn(0));

    rig.redis.kill('SIGCONT');
    await changed;
    await load.becomes('B2');
    await isTracking();
    expect(load.runs).toEqual(inTurn(1));
  });
});

test.each([
  ['has fallen silent', false],
  ['was killed and cannot be made again', true],
] as const)('a change is not waited for on a connection that %s', async (_title, isKilled) => {
  const { client } = rig.redis;
  const proxy = await startFaultProxy(rig.redis.socket);
  const env = { FRONT_REDIS: `127.0.0.1:${proxy.port}`, FRONT_WORKERS: '1' };
  const front = await startFront({ redisSocket: '', env });
  onTestFinished(async () => {
    await front.stop();
    await proxy.stop();
  });
  await waitUntil('the front to hear changes', async () => (await front.status()).tracking);
  await rig.route(HOST, rig.url(1));
  const load = startFrontLoad(front.port, HOST, CONNECTIONS);
  onTestFinished(() => load.stop());
  await load.becomes('B1');
  let known = -1;
  await waitUntil('the route to be kept, so that no request asks Redis', async () => {
    const before = known;
    known = await listReads(client);
    return known === before;
  });

  // Lost are what is told of changes, the sign of life, and the answer to whoever wants to be told; all else passes.
  const isTold = (bytes: Buffer) => /__redis__:invalidate|\r\npong\r\n/.test(String(bytes));
  proxy.judge((bytes, direction) => (direction === 'reply' && isTold(bytes) ? 'drop' : 'pass'));
  if (isKilled) await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await client.lset(KEY, 1, rig.url(2));

  await load.becomes('B2');
  expect(load.runs).toEqual(inTurn(1));
  // The list may have been read by then for all workers, and the loss not be seen yet.
  await waitUntil('the loss to be seen', async () => !(await front.status()).tracking);
});

/** How many lists were read since the statistics were reset. */
async function listReads(client: RedisPart['client']): Promise<number> {
  const [, reads = '0'] =
    /cmdstat_lrange:calls=(\d+)/.exec(await client.info('commandstats')) ?? [];
  return Number(reads);
}

describe('nothing is kept', () => {
  test.each([
    ['by a front that is told not to', { FRONT_CACHE: 'off' }, '+client|tracking'],
    ['while Redis does not tell what changes, as one older than 6', {}, '-client|tracking'],
  ] as const)('%s', async (_title, env, right) => {
    const { client } = rig.redis;
    await client.call('ACL', 'SETUSER', 'default', right);
    onTestFinished(async () => {
      await client.call('ACL', 'SETUSER', 'default', '+client|tracking');
    });
    const front = await startFront({ redisSocket: rig.redis.socket, env });
    onTestFinished(() => front.stop());
    await rig.route('kept-by-nobody.test', rig.url(1));
    const answers = async () => (await request(front.port, 'kept-by-nobody.test')).body;
    await answers();

    await client.config('RESETSTAT');
    for (let n = 0; n < 10; n += 1) expect(await answers()).toContain('"backend":"B1"');
    expect(await listReads(client)).toBeGreaterThanOrEqual(10);
    expect((await front.status()).tracking).toBe(false);
  });
});

test('a route whose key ends goes when it ends', async () => {
  await isTracking();
  let lastsMs = 200;
  await waitFor('it to be asked for before it ends', async () => {
    lastsMs *= 2;
    await rig.redis.client.del('frontend:ends.test');
    await rig.route('ends.test', rig.url(1));
    await rig.redis.client.pexpire('frontend:ends.test', lastsMs);
    expect(await rig.answerer('ends.test')).toBe('B1');
  });
  await waitFor('the end', async () => expect(await rig.answerer('ends.test')).toBe(404));
});

test('FRONT_CACHE_TTL: a swap of databases, which Redis does not tell, is seen within it', async () => {
  const front = await startFront({
    redisSocket: rig.redis.socket,
    env: { FRONT_CACHE_TTL: '300ms', FRONT_WORKERS: '1' },
  });
  onTestFinished(() => front.stop());
  await waitUntil('the front to hear changes', async () => (await front.status()).tracking);
  const { client } = rig.redis;
  await rig.route(HOST, rig.url(2));
  await client.call('SWAPDB', '0', '1');
  await rig.route(HOST, rig.url(1));
  const answerer = async () => (await request(front.port, HOST)).body.slice(0, 15);
  await waitFor('the first', async () => expect(await answerer()).toContain('B1'));
  await client.call('SWAPDB', '0', '1');
  await waitFor('the other', async () => expect(await answerer()).toContain('B2'));
});
