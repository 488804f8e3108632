import { afterEach, expect, test } from 'vitest';
import { connectRedis, type RedisConnection } from '../../src/clients/redis.ts';
import { standsStill } from '../parts/front-processes.ts';
import type { RedisPart } from '../parts/redis.ts';
import { redisSide } from '../parts/redis-side.ts';
import { type SecureRedis, startSecureRedis } from '../parts/secure-redis.ts';
import { startWatched, type Watched, type WatchedOptions } from '../parts/sentinels.ts';
import { waitFor } from '../parts/wait-for.ts';

/** As docs/configuration.md lists them. */
const SENTINEL_RIGHTS = ['+sentinel|master', '+sentinel|get-master-addr-by-name'];
/** Of servers that answer, however busy their machine is. */
const PATIENCE_MS = 30_000;
/** Of one that is frozen. */
const SOON_MS = 2_000;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function watched(options?: WatchedOptions): Promise<Watched> {
  const part = await startWatched(options);
  cleanups.push(() => part.stop());
  return part;
}

function connect(url: string, timeoutMs = PATIENCE_MS, tls: SecureRedis['files'] | null = null) {
  const told: string[] = [];
  const config = { url, keyPrefix: '', timeoutMs, tls };
  const connection = connectRedis(config, 'autodock:test', {
    onReady: () => told.push('ready'),
    onDown: ({ message }) => told.push(message),
  });
  cleanups.push(() => connection.close());
  return { connection, told };
}

/** Until what is written comes to this server. */
async function writesReach(connection: RedisConnection, server: RedisPart): Promise<void> {
  await waitFor('writes to reach the new master', async () => {
    const text = String(Math.random());
    await connection.write(['set', 'key', text]);
    expect(await server.client.get('key')).toBe(text);
    expect(await server.client.info('replication')).toContain('role:master');
  });
}

/** The one that follows. */
const replicaOf = ({ servers }: Watched) => servers[1] as RedisPart;

test('the master that Sentinels name is written to, and after a planned failover the new one', async () => {
  const group = await watched();
  const { connection } = connect(group.url);
  await connection.write(['set', 'key', 'a']);
  expect(await group.servers[0]?.client.get('key')).toBe('a');

  await group.fail();
  await writesReach(connection, replicaOf(group));
});

test('of changes the new master tells after a planned failover, and the old one no more', async () => {
  const group = await watched();
  const { connection } = connect(group.url);
  const changes = connection.hear(['a']);
  const hears = () => waitFor('it to tell', () => expect(changes.take()).toBe(false));
  connection.open();
  await hears();

  await group.fail();
  await writesReach(connection, replicaOf(group));
  await hears();
  await replicaOf(group).client.set('a', '1');

  await waitFor('the change to be told', () => expect(changes.take()).toBe(true));
});

test('what was written to the old master alone is repaired by the next pass', async () => {
  const group = await watched();
  const [old, next] = [group.servers[0] as RedisPart, replicaOf(group)];
  const side = redisSide({ url: group.url, timeoutMs: PATIENCE_MS });
  cleanups.push(() => side.connection.close());
  await side.pass({ 'a.com': ['10.0.0.1'] });
  await waitFor('the route to be replicated', async () =>
    expect(await next.client.lrange('frontend:a.com', 0, -1)).toHaveLength(2),
  );
  next.kill('SIGSTOP');
  await standsStill(next.pid);
  // What it was sent it would read when it goes on.
  await old.client.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await side.pass({ 'a.com': ['10.0.0.2'], 'b.com': ['10.0.0.3'] });
  await group.lose('SIGKILL');
  next.kill('SIGCONT');

  await waitFor('a pass on the new master', () =>
    side.pass({ 'a.com': ['10.0.0.2'], 'b.com': ['10.0.0.3'] }),
  );
  expect(await next.client.lrange('frontend:a.com', 0, -1)).toEqual(['app', 'http://10.0.0.2:80']);
  expect(await next.client.lrange('frontend:b.com', 0, -1)).toEqual(['app', 'http://10.0.0.3:80']);
});

test('a master that is killed, and one that is frozen, is left for the one that Sentinels make of its replica', async () => {
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
    const group = await watched();
    const { connection, told } = connect(group.url, SOON_MS);
    await waitFor('it to be written to', () => connection.write(['set', 'key', 'a']));
    await group.lose(signal);
    await writesReach(connection, replicaOf(group));
    await waitFor('it to be told', () => expect(told.at(-1)).toBe('ready'));
    group.servers[0]?.kill('SIGCONT');
  }
});

test('a Sentinel that does not answer, and one that has not heard of the failover, do not lead back', async () => {
  const group = await watched();
  const [first, second] = group.sentinels;
  const { connection } = connect(group.url, SOON_MS);
  await waitFor('it to be written to', () => connection.write(['set', 'key', 'a']));
  second?.kill('SIGSTOP');
  cleanups.push(() => second?.kill('SIGCONT'));
  await group.fail();
  await writesReach(connection, replicaOf(group));
  second?.kill('SIGCONT');
  // It answers with the old master until it hears of the new one: whoever begins then asks all.
  const late = connect(group.url, SOON_MS);
  await writesReach(late.connection, replicaOf(group));
  first?.kill('SIGKILL');
  await writesReach(connect(group.url, SOON_MS).connection, replicaOf(group));
});

test('a master that lacks replicas and takes no writes is left', async () => {
  const group = await watched({
    args: ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '1'],
  });
  const { connection, told } = connect(group.url);
  await waitFor('the replica to count', () => connection.write(['set', 'key', 'a']));
  replicaOf(group).kill('SIGSTOP');
  cleanups.push(() => replicaOf(group).kill('SIGCONT'));
  await waitFor('it to be left', async () => {
    await connection.write(['set', 'key', 'b']).catch(() => undefined);
    expect(told.join('\n')).toMatch(/takes no writes while it has too few replicas/);
  });
});

test('a password that Redis and Sentinels want is in the URL', async () => {
  const group = await watched();
  for (const { client } of group.sentinels) {
    await client.call('SENTINEL', 'SET', 'main', 'auth-pass', 'p@ss');
    await client.call('SENTINEL', 'CONFIG', 'SET', 'sentinel-pass', 'p@ss');
    await client.call('ACL', 'SETUSER', 'default', 'resetpass', '>p@ss');
    await client.call('ACL', 'SETUSER', 'autodock', 'on', '>secret', ...SENTINEL_RIGHTS);
  }
  for (const { client } of group.servers) {
    await client.config('SET', 'masterauth', 'p@ss');
    await client.config('SET', 'requirepass', 'p@ss');
    await client.call('ACL', 'SETUSER', 'autodock', 'on', '>secret', '~*', '+@all');
  }
  const { connection } = connect(group.url.replace('://', '://:p%40ss@'));
  expect(await connection.read([['ping']])).toEqual(['PONG']);
  const byUser = connect(group.url.replace('://', '://autodock:secret@'));
  expect(await byUser.connection.read([['ping']])).toEqual(['PONG']);
  await expect(connect(group.url).connection.read([['ping']])).rejects.toThrow(
    /wants a password; write it into AUTODOCK_REDIS_URL/,
  );
});

test('what is wrong with Sentinels is told in one line', async () => {
  const group = await watched();
  const other = connect(group.url.replace('/main', '/other'));
  await expect(other.connection.read([['ping']])).rejects.toMatchObject({
    code: 'redis-refused',
    message: expect.stringMatching(
      /know nothing of a master of that name; write the one/,
    ) as string,
  });
  const [server] = group.servers;
  await expect(
    connect(`redis+sentinel://127.0.0.1:${server?.port}/main`).connection.read([['ping']]),
  ).rejects.toThrow(
    /no Sentinel names a master main \(127\.0\.0\.1:\d+: a Redis and no Sentinel; write redis:\/\/, or where the Sentinels are, into AUTODOCK_REDIS_URL\)$/,
  );
  await expect(
    connect(`redis://127.0.0.1:${group.sentinels[0]?.port}`).connection.read([['ping']]),
  ).rejects.toMatchObject({
    code: 'redis-refused',
    message: expect.stringMatching(
      /is a Sentinel and no Redis; write redis\+sentinel:\/\/host:26379\/NAME into AUTODOCK_REDIS_URL/,
    ) as string,
  });
  for (const sentinel of group.sentinels) sentinel.kill('SIGKILL');
  await waitFor('them to be away', async () => {
    await expect(connect(group.url).connection.read([['ping']])).rejects.toThrow(
      /cannot be reached: no Sentinel names a master main \(127\.0\.0\.1:\d+: .*ECONNREFUSED/,
    );
  });
});

test('Sentinels and Redis are spoken to by TLS, before and after a failover', async () => {
  const { files, stop } = await startSecureRedis(['127.0.0.1']);
  cleanups.push(stop);
  const group = await watched({ files });
  const { connection } = connect(group.url, PATIENCE_MS, files);
  await connection.write(['set', 'key', 'a']);
  await group.fail();
  await writesReach(connection, replicaOf(group));
  await expect(connect(group.url).connection.read([['ping']])).rejects.toThrow(
    /of a CA that is not trusted .* redis\.tls\.ca/,
  );
});
