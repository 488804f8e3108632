import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { loadFrom, problemsFrom } from './load-from.ts';

const DOCKER = 'AUTODOCK_DOCKER_HOST';
const REDIS = 'AUTODOCK_REDIS_URL';
const SENTINELS = 'redis+sentinel://u:p%40@h1:26379,h2:26379/main.1/2';

/** Variable, what is written, where it ends up, what it becomes. */
const GOOD: readonly [string, string, (config: Config) => unknown, unknown][] = [
  ['AUTODOCK_HOLD', '500ms', (c) => c.holdMs, 500],
  ['AUTODOCK_HOLD', '30s', (c) => c.holdMs, 30_000],
  ['AUTODOCK_HOLD', '5m', (c) => c.holdMs, 300_000],
  ['AUTODOCK_HOLD', '1m30s', (c) => c.holdMs, 90_000],
  ['AUTODOCK_HOLD', '1.5s', (c) => c.holdMs, 1_500],
  ['AUTODOCK_HOLD', '0', (c) => c.holdMs, 0],
  ['AUTODOCK_REAP', 'off', (c) => c.reap.enabled, false],
  ['AUTODOCK_REAP_LAST', '0', (c) => c.reap.lastMs, 0],
  ['AUTODOCK_REAP_LAST', 'never', (c) => c.reap.lastMs, Number.POSITIVE_INFINITY],
  ['AUTODOCK_LEASE', '10s', (c) => c.leaseMs, 10_000],
  ['AUTODOCK_BUS_TTL', '24h', (c) => c.bus.ttlMs, 86_400_000],
  ['AUTODOCK_DOCKER_TIMEOUT', '1s', (c) => c.docker.timeoutMs, 1_000],
  ['AUTODOCK_REDIS_TIMEOUT', '1s', (c) => c.redis.timeoutMs, 1_000],
  ['AUTODOCK_RESYNC_INTERVAL', '1s', (c) => c.resync.intervalMs, 1_000],
  ['AUTODOCK_RECONCILE_MIN_INTERVAL', '0', (c) => c.reconcile.minIntervalMs, 0],
  ['AUTODOCK_GUARD_CONFIRM_AFTER', '1s', (c) => c.guard.confirmAfterMs, 1_000],
  ['AUTODOCK_GUARD_MIN_DELETES', '3', (c) => c.guard.minDeletes, 3],
  ['AUTODOCK_GUARD_MAX_DELETE_PERCENT', '100', (c) => c.guard.maxDeletePercent, 100],
  ['AUTODOCK_DOCKER_EVENTS', 'false', (c) => c.docker.events, false],
  ['AUTODOCK_DOCKER_EVENTS', 'Off', (c) => c.docker.events, false],
  ['AUTODOCK_RPC_ENABLED', '1', (c) => c.rpc.enabled, true],
  ['AUTODOCK_BUS_ENABLED', 'no', (c) => c.bus.enabled, false],
  ['AUTODOCK_HTTP_PORT', '0', (c) => c.http.port, 0],
  ['AUTODOCK_HTTP_HOST', '[::1]', (c) => c.http.host, '::1'],
  ['AUTODOCK_BUS_HOST', 'localhost', (c) => c.bus.host, 'localhost'],
  ['AUTODOCK_BUS_PORT', '65535', (c) => c.bus.port, 65_535],
  ['AUTODOCK_BUS_SECRET', 'pä ss', (c) => c.bus.secret, 'pä ss'],
  ['AUTODOCK_OWNER', 'host-1', (c) => c.owner, 'host-1'],
  ['AUTODOCK_POLICY', 'upsert-only', (c) => c.policy, 'upsert-only'],
  ['AUTODOCK_ADDRESS', 'published', (c) => c.address, 'published'],
  ['AUTODOCK_HEALTH', 'ignore', (c) => c.health, 'ignore'],
  ['AUTODOCK_LOG_LEVEL', 'debug', (c) => c.log.level, 'debug'],
  ['AUTODOCK_LOG_FORMAT', 'pretty', (c) => c.log.format, 'pretty'],
  ['AUTODOCK_NETWORKS', ' web, back ,,web', (c) => c.networks, ['web', 'back']],
  ['AUTODOCK_HOST_ADDRESS', '[FD00::5]', (c) => c.hostAddress, 'fd00::5'],
  ['AUTODOCK_HOST_ADDRESS', 'fd00:0:0::0005', (c) => c.hostAddress, 'fd00::5'],
  ['AUTODOCK_FRONT_ADDRESSES', '0.0.0.0:80', (c) => c.front.addresses, ['0.0.0.0:80']],
  [
    'AUTODOCK_FRONT_ADDRESSES',
    '10.0.0.5:80, [FD00:0::5]:8080,10.0.0.5:80',
    (c) => c.front.addresses,
    ['10.0.0.5:80', '[fd00::5]:8080'],
  ],
  ['AUTODOCK_REDIS_KEY_PREFIX', 'team a:', (c) => c.redis.keyPrefix, 'team a:'],
  [REDIS, 'rediss://u:p%40@h:1/2', (c) => c.redis.url, 'rediss://u:p%40@h:1/2'],
  [REDIS, 'tcp://redis:6379', (c) => c.redis.url, 'redis://redis:6379'],
  [REDIS, 'redis://[::1]:6379?family=6', (c) => c.redis.url, 'redis://[::1]:6379?family=6'],
  [REDIS, 'unix://:p%40@/run/r.sock', (c) => c.redis.url, 'unix://:p%40@/run/r.sock'],
  [REDIS, SENTINELS, (c) => c.redis.url, SENTINELS],
  [REDIS, 'rediss+sentinel://[::1],h2/m', (c) => c.redis.url, 'rediss+sentinel://[::1],h2/m'],
  [REDIS, 'unix:///run/redis.sock?db=3', (c) => c.redis.url, 'unix:///run/redis.sock?db=3'],
  [DOCKER, 'tcp://proxy:2375', (c) => c.docker.host, 'tcp://proxy:2375'],
  [DOCKER, 'https://[::1]:2376', (c) => c.docker.host, 'https://[::1]:2376'],
  [DOCKER, 'unix:///run/d.sock', (c) => c.docker.host, 'unix:///run/d.sock'],
];

/** Variable, what is written, what the message says of it. */
const BAD: readonly [string, string, string][] = [
  ['AUTODOCK_HOLD', '10', 'must be a duration such as 500ms, 30s, 5m or 24h'],
  ['AUTODOCK_HOLD', '-1s', 'must be a duration'],
  ['AUTODOCK_HOLD', '1d', 'must be a duration'],
  ['AUTODOCK_HOLD', '0.5ms', 'must be a duration'],
  ['AUTODOCK_HOLD', '600h', 'at most 500h'],
  ['AUTODOCK_HOLD', ' 1s', 'must be a duration'],
  ['AUTODOCK_DOCKER_TIMEOUT', '0', 'more than 0'],
  ['AUTODOCK_LEASE', '9999ms', 'at least 10s'],
  ['AUTODOCK_LEASE', '0', 'at least 10s'],
  ['AUTODOCK_REAP_LAST', 'ever', 'or never'],
  ['AUTODOCK_HTTP_PORT', '80x', 'must be a whole number from 0 to 65535'],
  ['AUTODOCK_HTTP_PORT', '65536', 'must be a whole number from 0 to 65535'],
  ['AUTODOCK_HTTP_PORT', '0x50', 'must be a whole number from 0 to 65535'],
  ['AUTODOCK_HTTP_PORT', 'tcp://172.17.0.2:80', 'must be a whole number from 0 to 65535'],
  ['AUTODOCK_GUARD_MAX_DELETE_PERCENT', '101', 'must be a whole number from 0 to 100'],
  ['AUTODOCK_DOCKER_EVENTS', 'maybe', 'must be true or false'],
  ['AUTODOCK_POLICY', 'snyc', 'must be one of the possible values: ["sync","upsert-only"]'],
  ['AUTODOCK_OWNER', 'two words', 'printable ASCII'],
  ['AUTODOCK_HTTP_HOST', '127.0.0.1:80', 'without a port'],
  ['AUTODOCK_HOST_ADDRESS', 'example.com', 'must be an IPv4 or IPv6 address'],
  ['AUTODOCK_HOST_ADDRESS', '0.0.0.0', 'is every address of a host: a front would reach itself'],
  ['AUTODOCK_HOST_ADDRESS', '[0::0]', 'write the one by which fronts reach this host'],
  ['AUTODOCK_FRONT_ADDRESSES', '10.0.0.5', 'must be address:port items'],
  ['AUTODOCK_FRONT_ADDRESSES', '10.0.0.5:0', 'must be address:port items'],
  ['AUTODOCK_NETWORKS', 'a b', 'must be names of networks'],
  ['AUTODOCK_REDIS_KEY_PREFIX', 'a\nb', 'none a control'],
  ['AUTODOCK_BUS_SECRET', 'a\nb', 'must be one line'],
  [REDIS, 'http://h', 'must be one of redis://'],
  [REDIS, 'redis://h/name', 'must be one of redis://'],
  [
    REDIS,
    'redis+sentinel://h1,h2',
    'redis+sentinel://[user:password@]host[:port],host[:port]/name',
  ],
  [REDIS, 'redis+sentinel://h1,/main', 'must be one of redis://'],
  [REDIS, 'redis+sentinel://h1:0/main', 'must be one of redis://'],
  [REDIS, 'redis+sentinel://h1:26379/main/x', 'must be one of redis://'],
  [REDIS, 'redis+sentinel://:%zz@h1/main', 'percent-encoded'],
  [REDIS, 'redis://h?keyPrefix=x', 'must be one of redis://'],
  [REDIS, 'redis://:a/b@h', 'percent-encoded'],
  [REDIS, 'redis://:a%zz@h', 'percent-encoded'],
  [DOCKER, '/var/run/docker.sock', 'must be one of unix:///path'],
  [DOCKER, 'ssh://me@host', 'run autodock on the host of the engine, or forward its socket'],
  [DOCKER, 'npipe:////./pipe/docker_engine', 'run autodock in a Linux container or in WSL 2'],
  [DOCKER, 'fd://', 'write unix:///path'],
  [DOCKER, 'tcp://h:99999', 'must be one of unix:///path'],
];

describe('a value', () => {
  test.each(GOOD)('%s=%j is understood', (name, text, read, expected) => {
    expect(read(loadFrom({ env: { [name]: text } }).config)).toEqual(expected);
  });

  test.each(BAD)('%s=%j is refused with what to do', (name, text, remedy) => {
    const message = problemsFrom({ env: { [name]: text } });
    expect(message).toContain(`(environment ${name})`);
    expect(message).toContain(remedy);
    expect(message).not.toContain('\n');
  });

  test('that is empty is as if it were not set', () => {
    const { config } = loadFrom({ env: { AUTODOCK_HTTP_PORT: '', AUTODOCK_OWNER: '' } });
    expect(config.http.port).toBe(1338);
    expect(config.owner).toBeNull();
  });
});
