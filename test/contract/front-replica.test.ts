import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { refusedUrl, startStatusBackend } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { own, useFront } from '../parts/front-fixture.ts';
import { startRedis } from '../parts/redis.ts';
import { monitorRedis } from '../parts/redis-monitor.ts';
import { waitFor } from '../parts/wait-for.ts';

const DEAD_TTL = 5;
/** The front's Redis may be a replica on the same machine. */
const rig = useFront({
  backends: 2,
  env: { FRONT_WORKERS: '1', FRONT_DEAD_TTL: String(DEAD_TTL) },
});

async function ask(path: string): Promise<string> {
  return (await request(rig.front.statusPort, 'localhost', path)).body;
}

/** What the front wrote about the link of its Redis, in turn: true, it is lost; false, it is there again. */
async function lossesTold(): Promise<readonly boolean[]> {
  const lines = (await rig.front.log()).split('\n').filter((line) => line.includes('is a replica'));
  return lines.map((line) => line.includes('whose link to its master is down'));
}

/** Makes the Redis a replica until the test ends. */
async function follow(port: number): Promise<void> {
  await rig.redis.client.replicaof('127.0.0.1', port);
  onTestFinished(async () => {
    await rig.redis.client.replicaof('NO', 'ONE');
  });
}

beforeEach(async () => {
  await waitFor('the front to hear of changes', async () =>
    expect(await rig.front.status()).toMatchObject({
      tracking: true,
      redis: { link_down_seconds: 0 },
    }),
  );
});

test('one that loses its master is told, by every way, and that it is over', async () => {
  const master = await startRedis({ tcp: true });
  onTestFinished(() => master.stop());
  await follow(master.port ?? 0);
  await waitFor('the replica to follow', async () => {
    expect(await rig.front.status()).toMatchObject({
      redis: { role: 'slave', link_down_seconds: 0 },
    });
    expect(await rig.redis.client.info('replication')).toContain('master_link_status:up');
  });
  expect(await ask('/healthz')).toBe('ok\n');
  await master.client.rpush('frontend:a.com', 'a.com', rig.url(1));
  await waitFor('its routes', async () => expect(await rig.answerer('a.com')).toBe('B1'));

  master.kill('SIGKILL');
  await waitFor('the loss', async () => {
    expect((await rig.front.status()).redis.link_down_seconds).toBeGreaterThan(0);
    expect(await ask('/metrics')).toContain('\nautodock_front_redis_link_up 0\n');
    expect((await lossesTold()).at(-1)).toBe(true);
  });
  expect(await ask('/healthz')).toMatch(
    /^ok\nRedis is a replica whose link to its master has been down/,
  );
  expect(await rig.answerer('a.com')).toBe('B1');

  await master.restart();
  await waitFor('the end', async () =>
    expect(await ask('/metrics')).toContain('\nautodock_front_redis_link_up 1\n'),
  );
  await waitFor('its line', async () => expect((await lossesTold()).at(-1)).toBe(false));
  // Once each, however often it was looked at. A replica that begins to follow may have been without its master, too.
  const told = await lossesTold();
  expect(told).toEqual(told.map((_, index) => index % 2 === 0));
});

test('where no mark can be written, failures are remembered by the front, for their time', async () => {
  await rig.route('a.com', await refusedUrl(), rig.url(2));
  await follow(1);
  const since = performance.now();
  for (let asked = 0; asked < 20; asked += 1) expect(await rig.answerer('a.com')).toBe('B2');
  const before = await retries();
  for (let asked = 0; asked < 10; asked += 1) expect(await rig.answerer('a.com')).toBe('B2');
  // None, but on a machine that needs longer for all of this than the front remembers.
  const most = Math.floor((performance.now() - since) / (DEAD_TTL * 1_000));
  const tried = await retries();
  expect(tried - before).toBeLessThanOrEqual(most);
  expect(await rig.dead('a.com')).toEqual([]);
  await waitFor('another try after that', async () => {
    expect(await rig.answerer('a.com')).toBe('B2');
    expect(await retries()).toBeGreaterThan(tried);
  });
});

test('a backend that answers with errors is left alone, too, but not the last one', async () => {
  const [first, second] = [await own(startStatusBackend(502)), await own(startStatusBackend(502))];
  await rig.route('a.com', first.url, rig.url(2));
  await rig.route('b.com', first.url, second.url);
  await follow(1);
  await waitFor('it to be left alone', async () => {
    expect(await rig.answers('a.com', 6)).toEqual({ B2: 6 });
  });
  for (let asked = 0; asked < 6; asked += 1) expect(await rig.answerer('b.com')).toBe(502);
  expect(await rig.front.log()).not.toContain(
    '"host":"b.com","uri":"/","status":502,"outcome":"dead"',
  );
});

test('one line tells why, however often it fails', async () => {
  await follow(1);
  for (let n = 0; n < 5; n += 1) {
    await rig.redis.client.call('REPLICAOF', 'NO', 'ONE');
    await rig.route(`${n}.com`, await refusedUrl(), rig.url(2));
    await rig.redis.client.call('REPLICAOF', '127.0.0.1', '1');
    await rig.answers(`${n}.com`, 4);
  }
  await waitFor('the line', async () => {
    const lines = (await rig.front.log())
      .split('\n')
      .filter((line) => line.includes('could not be written: READONLY'));
    expect(lines).toHaveLength(1);
  });
});

test('a front without the right to ask says that it does not know', async () => {
  await rig.redis.client.call('ACL', 'SETUSER', 'default', '-info');
  const front = await startFront({ redisSocket: rig.redis.socket, env: { FRONT_WORKERS: '1' } });
  onTestFinished(async () => {
    await front.stop();
    await rig.redis.client.call('ACL', 'SETUSER', 'default', '+info');
  });
  await waitFor('it to be there', async () =>
    expect(await front.status()).toMatchObject({ redis: { role: 'unknown' }, tracking: true }),
  );
});

/** How many further backends were tried, as the workers told it last. */
async function retries(): Promise<number> {
  let known = -1;
  return await waitFor(
    'the counters to stand still',
    async () => {
      const [, now = ''] = /autodock_front_retries_total (\d+)/.exec(await ask('/metrics')) ?? [];
      const before = known;
      known = Number(now);
      expect(known).toBe(before);
      return known;
    },
    { everyMs: 1_100 },
  );
}

test('where its master comes up empty, the hosts that were known are served as they were', async () => {
  const master = await startRedis({ tcp: true });
  onTestFinished(() => master.stop());
  await follow(master.port ?? 0);
  await master.client.rpush('frontend:a.com', 'a.com', rig.url(1));
  await master.client.zadd('autodock:owners', 1, 'an-owner');
  await waitFor('its routes and owners', async () => {
    expect(await rig.answerer('a.com')).toBe('B1');
    expect(await rig.redis.client.zcard('autodock:owners')).toBe(1);
  });
  const { seen, answered, close } = await monitorRedis(rig.redis.socket);
  onTestFinished(close);
  await waitFor('the front to ask for the owners', () =>
    expect(seen.map(({ words: [name] }) => name)).toContain('zrange'),
  );
  await answered();

  await master.restart();
  await waitFor('the replica to be empty', async () =>
    expect(await rig.redis.client.exists('frontend:a.com')).toBe(0),
  );
  for (let n = 0; n < 20; n += 1) expect(await rig.answerer('a.com')).toBe('B1');
  await master.client.zadd('autodock:owners', 1, 'an-owner');
  await master.client.set('autodock:engine:an-owner', '{"written":"a-boot"}');
  await waitFor('what its owner took back to be gone', async () =>
    expect(await rig.answerer('a.com')).toBe(404),
  );
});
