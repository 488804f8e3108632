import { afterEach, expect, test } from 'vitest';
import { connectRedis, type RedisConnection } from '../../src/clients/redis.ts';
import { WRONG_TYPE } from '../../src/clients/redis-reply.ts';
import { startFaultProxy } from '../parts/fault-proxy.ts';
import { freePort } from '../parts/free-port.ts';
import { type RedisPart, type RedisPartOptions, startRedis } from '../parts/redis.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

interface Connected {
  readonly connection: RedisConnection;
  /** What was told, in order: `ready`, or why it is down. */
  readonly told: string[];
  readonly results: string[];
  /** What it does when its memory is full, at each `ready`. */
  readonly policies: (string | null)[];
}

function connect(url: string, timeoutMs = 30_000): Connected {
  const told: string[] = [];
  const results: string[] = [];
  const policies: (string | null)[] = [];
  const connection = connectRedis({ url, keyPrefix: '', timeoutMs, tls: null }, 'autodock:test', {
    onReady: (policy) => {
      told.push('ready');
      policies.push(policy);
    },
    onDown: (error) => told.push(error.message),
    onCommand: (result) => results.push(result),
  });
  cleanups.push(() => connection.close());
  return { connection, told, results, policies };
}

async function server(options?: RedisPartOptions): Promise<RedisPart> {
  const part = await startRedis(options);
  cleanups.push(() => part.stop());
  return part;
}

test('nothing is sent before the first call, and that call waits for the connection', async () => {
  const redis = await server();
  const { connection, told } = connect(redis.url);
  expect(await redis.client.client('LIST')).not.toContain('autodock:test');

  expect(await connection.read([['ping']])).toEqual(['PONG']);
  expect(told).toEqual(['ready']);
  expect(await redis.client.client('LIST')).toContain('name=autodock:test');
});

test('Redis may be down at the start: calls fail at once, and readiness is told when it comes', async () => {
  const redis = await server();
  redis.kill('SIGKILL');
  await waitFor('the socket to be dead', () =>
    expect(connect(redis.url).connection.read([['ping']])).rejects.toThrow('ECONN'),
  );
  const { connection, told } = connect(redis.url);
  connection.open();
  await waitUntil('an attempt to fail', () => told.length > 0);
  await expect(connection.read([['ping']])).rejects.toMatchObject({
    name: 'ObserveError',
    code: 'redis-unreachable',
    message: expect.stringContaining(redis.url),
  });
  await expect(connection.write(['set', 'a', '1'])).rejects.toMatchObject({
    name: 'ApplyError',
    message: expect.stringContaining('nothing was written'),
  });

  await redis.restart();
  await waitUntil('the connection', () => told.includes('ready'));
  expect(await connection.read([['ping']])).toEqual(['PONG']);
});

test('a frozen Redis fails calls at their deadline, is dropped, and is found again', async () => {
  const redis = await server();
  const { connection, told, results } = connect(redis.url, 1_000);
  await connection.read([['ping']]);

  redis.kill('SIGSTOP');
  await expect(connection.read([['ping']])).rejects.toMatchObject({ code: 'redis-timeout' });
  await expect(connection.write(['set', 'a', '1'])).rejects.toMatchObject({
    code: 'redis-timeout',
    message: expect.stringContaining('outcome is unknown'),
  });
  expect(results).toContain('timeout');
  await waitUntil('the connection to be dropped', () => told.length > 1);

  redis.kill('SIGCONT');
  await waitUntil('the connection', () => told.filter((what) => what === 'ready').length === 2);
  expect(await connection.read([['ping']])).toEqual(['PONG']);
});

test('who closes the connection is not told that Redis is down', async () => {
  const redis = await server();
  const { connection, told } = connect(redis.url);
  await connection.read([['ping']]);

  connection.close();
  await waitFor('Redis to miss the connection', async () =>
    expect(await redis.client.client('LIST')).not.toContain('autodock:test'),
  );
  await expect(connection.read([['ping']])).rejects.toThrow('the connection was closed');
  expect(told).toEqual(['ready']);
});

test('closing does not wait for a frozen Redis', async () => {
  const redis = await server();
  const { connection } = connect(redis.url);
  await connection.read([['ping']]);
  redis.kill('SIGSTOP');
  const pending = expect(connection.read([['ping']])).rejects.toThrow('Redis at');

  connection.close();
  await pending;
  redis.kill('SIGCONT');
});

test('a write whose reply is lost is not sent again', async () => {
  const redis = await server();
  const proxy = await startFaultProxy(redis.socket);
  cleanups.push(() => proxy.stop());
  const { connection } = connect(`redis://127.0.0.1:${proxy.port}`);
  await connection.read([['ping']]);

  proxy.loseNextReply();
  await expect(connection.write(['rpush', 'list', 'once'])).rejects.toMatchObject({
    name: 'ApplyError',
    message: expect.stringContaining('outcome is unknown'),
  });
  await waitFor('the connection', () => connection.read([['ping']]));
  expect(await redis.client.lrange('list', 0, -1)).toEqual(['once']);
});

test('a replica that takes no writes is named, and the connection is made anew', async () => {
  const redis = await server();
  const { connection, told } = connect(redis.url);
  await connection.read([['ping']]);
  await redis.client.replicaof('127.0.0.1', 1);

  await expect(connection.write(['set', 'a', '1'])).rejects.toMatchObject({
    code: 'redis-refused',
    message: expect.stringContaining('is a read-only replica'),
  });
  await waitUntil('the connection to be dropped', () => told.length > 1);
  expect(told[1]).toContain('is a read-only replica');
  await waitUntil('another attempt', () => told.length > 3);
  expect(told.slice(1)).not.toContain('ready');
  await expect(connection.read([['ping']])).rejects.toThrow('is a read-only replica');
  await redis.client.replicaof('NO', 'ONE');
  await waitFor('a Redis that takes writes', () => connection.read([['ping']]));
});

test('a Redis that loads its data is waited for', async () => {
  const redis = await server({ args: ['--enable-debug-command', 'yes'] });
  for (let n = 0; n < 40; n++) await redis.client.set(`key-${n}`, 'x');
  await redis.client.save();
  const loading = redis.client.config('SET', 'key-load-delay', '50000');
  await loading;
  const reload = redis.client.debug('RELOAD', 'NOSAVE').catch(() => undefined);
  const { connection, told } = connect(redis.url);

  const reply = await waitFor('the data', () => connection.read([['get', 'key-1']]));
  expect(reply).toEqual(['x']);
  expect(told.at(-1)).toBe('ready');
  await reload;
});

test('a missing and a wrong password are named, and the password is not', async () => {
  const redis = await server();
  await redis.client.config('SET', 'requirepass', 'right-one');
  const none = connect(redis.url);
  await expect(none.connection.read([['ping']])).rejects.toThrow(/wants a password/);

  const wrong = connect(`${redis.url}?password=wrong-one`);
  const failure = await wrong.connection.read([['ping']]).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'redis-refused' });
  expect(String(failure)).toMatch(/refuses the password of user default/);
  expect(JSON.stringify(failure) + String(failure) + wrong.connection.address).not.toContain(
    'wrong-one',
  );

  const right = connect(`${redis.url}?password=right-one`);
  expect(await right.connection.read([['ping']])).toEqual(['PONG']);
});

test('a user without a right learns which one is missing', async () => {
  const redis = await server({ tcp: true });
  await redis.client.acl('SETUSER', 'robot', 'on', '>secret', '~frontend:*', '+@read');
  const { connection } = connect(`redis://robot:secret@127.0.0.1:${redis.port}`);

  await expect(connection.write(['set', 'frontend:a', '1'])).rejects.toThrow(
    /does not grant user robot the command set \(\+set\)/,
  );
  await expect(connection.read([['get', 'other']])).rejects.toThrow(
    /does not grant user robot keys \(~frontend:\*/,
  );
});

test('what Redis does when its memory is full is told with its readiness, by whoever may ask', async () => {
  const redis = await server({ tcp: true, args: ['--maxmemory-policy', 'allkeys-lru'] });
  await redis.client.acl('SETUSER', 'robot', 'on', '>secret', '~*', '+ping');
  for (const [user, policy] of [
    ['', 'allkeys-lru'],
    ['robot:secret@', null],
  ]) {
    const { connection, policies } = connect(`redis://${user}127.0.0.1:${redis.port}`);
    await connection.read([['ping']]);
    expect(policies).toEqual([policy]);
  }
});

test('a Redis Cluster is refused in one clear error', async () => {
  // Else its bus takes a port 10,000 above the other, where connections get theirs.
  const bus = ['--cluster-port', String(await freePort())];
  const redis = await server({ tcp: true, args: ['--cluster-enabled', 'yes', ...bus] });
  const { connection } = connect(redis.url);

  await expect(connection.read([['ping']])).rejects.toMatchObject({
    code: 'redis-cluster',
    message: expect.stringContaining('is a Redis Cluster'),
  });
});

test('a key of another type is a value, not an error', async () => {
  const redis = await server();
  await redis.client.set('text', 'a string');
  const { connection, results } = connect(redis.url);

  expect(await connection.read([['lrange', 'text', 0, -1], ['ping']])).toEqual([
    WRONG_TYPE,
    'PONG',
  ]);
  expect(results).toEqual(['error', 'ok']);
});

test('a script is a command, also after Redis has forgotten it', async () => {
  const redis = await server();
  const { connection } = connect(redis.url);
  connection.define('double', 'return ARGV[1] * 2');
  expect(await connection.read([['double', 0, 21]])).toEqual([42]);

  await redis.client.script('FLUSH');
  expect(await connection.write(['double', 0, 21])).toBe(42);
});
