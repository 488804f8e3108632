import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Backend, startBackend } from '../parts/backend.ts';
import { type Front, refusedStart, request, startFront } from '../parts/front.ts';
import type { RedisPart } from '../parts/redis.ts';
import { startSecureRedis } from '../parts/secure-redis.ts';
import { startWatched, type Watched, type WatchedOptions } from '../parts/sentinels.ts';
import { waitFor } from '../parts/wait-for.ts';

/** The front asks Sentinels where its Redis is. */
const SENTINEL_RIGHTS = ['+sentinel|master', '+sentinel|get-master-addr-by-name'];
let backends: readonly Backend[];
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  backends = await Promise.all([startBackend('B1'), startBackend('B2')]);
});
afterAll(() => Promise.all(backends.map((backend) => backend.close())));
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

type Settings = Readonly<Record<string, string>>;

async function front(env: Settings): Promise<Front> {
  const started = await startFront({ redisSocket: '', env: { FRONT_WORKERS: '2', ...env } });
  cleanups.push(() => started.stop());
  return started;
}

async function watched(options?: WatchedOptions): Promise<Watched> {
  const group = await startWatched(options);
  cleanups.push(() => group.stop());
  return group;
}

const [HOST, OLD, NEW] = ['a.com', 0, 1];

/** A front that serves `a.com` by B1, and hears of changes. */
async function serving(group: Watched, env: Settings = {}): Promise<Front> {
  await group.servers[OLD]?.client.rpush(`frontend:${HOST}`, HOST, backends[0]?.url ?? '');
  const started = await front({ FRONT_REDIS: group.url, ...env });
  await waitFor('the front to hear of changes', async () =>
    expect(await started.status()).toMatchObject({ tracking: true, hosts_known: true }),
  );
  expect(await answer(started)).toBe('B1');
  return started;
}

async function answer({ port }: Front): Promise<string | number> {
  const { status, body } = await request(port, HOST);
  return status === 200 ? (JSON.parse(body) as { backend: string }).backend : status;
}

/** Asks until what it is told to do is done; all answers. */
async function meanwhile(
  started: Front,
  task: () => Promise<unknown>,
): Promise<ReadonlySet<string | number>> {
  const answers = new Set<string | number>();
  const end = new AbortController();
  const asking = (async () => {
    while (!end.signal.aborted) answers.add(await answer(started));
  })();
  await task().finally(() => end.abort());
  await asking;
  return answers;
}

/** Writes a route to the new master, and waits until it counts. */
async function followed(started: Front, next: RedisPart): Promise<void> {
  await waitFor('the replica to be the master', async () =>
    expect(await next.client.info('replication')).toContain('role:master'),
  );
  await next.client.lset(`frontend:${HOST}`, 1, backends[1]?.url ?? '');
  // Both workers have moved: of so many requests in a row each had some.
  await waitFor('its routes', async () => {
    for (let asked = 0; asked < 20; asked += 1) expect(await answer(started)).toBe('B2');
  });
  await waitFor('the front to hear of changes', async () =>
    expect(await started.status()).toMatchObject({ tracking: true, redis: { role: 'master' } }),
  );
}

/** Waits for the line of each worker that says so of Redis. */
async function tells(started: Front, words: RegExp): Promise<void> {
  await waitFor(`a line with ${words}`, async () => {
    const lines = (await started.log()).split('\n').filter((line) => line.includes('is away'));
    expect(lines.filter((line) => words.test(line))).toHaveLength(2);
  });
}

test('a Sentinel in place of a Redis is told with what follows its master', async () => {
  const group = await watched();
  const asked = await front({ FRONT_REDIS: /127[^,/]+/.exec(group.url)?.[0] ?? '' });
  await waitFor('a line with the remedy', async () =>
    expect(await asked.log()).toMatch(
      /unknown command 'SCAN'.*or a Sentinel: FRONT_REDIS=redis\+sentinel:/,
    ),
  );
});

test.each([
  ['a planned failover', (group: Watched) => group.fail()],
  ['the end of the master', (group: Watched) => group.lose('SIGKILL')],
  ['a master that is frozen', (group: Watched) => group.lose('SIGSTOP')],
])(
  'after %s routes are those of the new master, and no request is refused meanwhile',
  async (_what, happens) => {
    const group = await watched();
    const started = await serving(group);
    const answers = await meanwhile(started, async () => {
      await happens(group);
      await followed(started, group.servers[NEW] as RedisPart);
    });
    expect([...answers]).toEqual(['B1', 'B2']);
  },
);

test('a Sentinel that has not heard of the failover does not lead back', async () => {
  const group = await watched();
  const started = await serving(group);
  const late = group.sentinels[2];
  late?.kill('SIGSTOP');
  cleanups.push(() => late?.kill('SIGCONT'));
  await group.fail();
  await followed(started, group.servers[NEW] as RedisPart);
  late?.kill('SIGCONT');
  for (let asked = 0; asked < 100; asked += 1) expect(await answer(started)).toBe('B2');
});

test('Sentinels and Redis are spoken to by TLS, and may want a password', async () => {
  const { files, stop } = await startSecureRedis(['localhost', '127.0.0.1']);
  cleanups.push(stop);
  const group = await watched({ files });
  for (const { client } of group.sentinels) {
    await client.call('SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', 'secret');
    await client.call('ACL', 'SETUSER', 'default', 'resetpass', '>secret');
    await client.call('ACL', 'SETUSER', 'front', 'on', '>secret', ...SENTINEL_RIGHTS);
  }
  for (const { client } of group.servers) {
    await client.call('ACL', 'SETUSER', 'front', 'on', '>secret', '~*', '&*', '+@all');
  }
  const started = await serving(group, {
    FRONT_REDIS_TLS_CA: files.ca,
    FRONT_REDIS_TLS_CERT: files.cert,
    FRONT_REDIS_TLS_KEY: files.key,
    FRONT_REDIS_TLS_NAME: 'localhost',
    FRONT_REDIS_USERNAME: 'front',
    FRONT_REDIS_PASSWORD: 'secret',
  });
  await group.fail();
  await followed(started, group.servers[NEW] as RedisPart);
});

test('what Sentinels say in place of a master is told in one line', async () => {
  const group = await watched();
  // It says once why, and not that a Sentinel of a busy machine was late.
  const patient = { FRONT_REDIS_TIMEOUT: '30s' };
  const other = await front({ ...patient, FRONT_REDIS: group.url.replace('/main', '/other') });
  await tells(other, /no Sentinel names the master other of FRONT_REDIS \(\S+: ERR No such master/);
  const plain = `redis+sentinel://127.0.0.1:${group.servers[OLD]?.port}/main`;
  const astray = await front({ ...patient, FRONT_REDIS: plain });
  await tells(astray, /of FRONT_REDIS \(\S+: a Redis and no Sentinel; name it as host:port, or/);
  for (const sentinel of group.sentinels) sentinel.kill('SIGKILL');
  const alone = await front({ ...patient, FRONT_REDIS: group.url });
  await tells(alone, /no Sentinel names the master main of FRONT_REDIS \(\S+: connection refused/);
});

test.each([
  ['redis+sentinel://h1', 'redis+sentinel://host:port,host:port/name'],
  ['redis+sentinel://h1,/main', 'redis+sentinel://host:port,host:port/name'],
  [
    'redis+sentinel://:secret@h1/main',
    'user and password in FRONT_REDIS_USERNAME and FRONT_REDIS_PASSWORD',
  ],
])('FRONT_REDIS=%s is refused', async (url, expected) => {
  const { code, message } = await refusedStart({ FRONT_REDIS: url });
  expect(code).toBe(64);
  expect(message).toContain(`expected ${expected}`);
  expect(message).not.toContain('secret@');
});
