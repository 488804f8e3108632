import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Setting, settings } from '../../../src/config/settings.ts';

/** Names and defaults that users rely on; a change here breaks them. */
const CONTRACT = [
  ['docker.host', 'AUTODOCK_DOCKER_HOST', '--docker-host', 'unix:///var/run/docker.sock'],
  ['docker.timeout', 'AUTODOCK_DOCKER_TIMEOUT', '--docker-timeout', '10s'],
  ['docker.events', 'AUTODOCK_DOCKER_EVENTS', '--docker-events', 'true'],
  ['redis.url', 'AUTODOCK_REDIS_URL', '--redis-url', 'redis://127.0.0.1:6379'],
  ['redis.keyPrefix', 'AUTODOCK_REDIS_KEY_PREFIX', '--redis-key-prefix', ''],
  ['redis.timeout', 'AUTODOCK_REDIS_TIMEOUT', '--redis-timeout', '2s'],
  ['redis.tls.ca', 'AUTODOCK_REDIS_TLS_CA', '--redis-tls-ca', 'those that Node trusts'],
  ['redis.tls.cert', 'AUTODOCK_REDIS_TLS_CERT', '--redis-tls-cert', 'none'],
  ['redis.tls.key', 'AUTODOCK_REDIS_TLS_KEY', '--redis-tls-key', 'none'],
  ['owner', 'AUTODOCK_OWNER', '--owner', 'Docker engine ID'],
  ['policy', 'AUTODOCK_POLICY', '--policy', 'sync'],
  ['networks', 'AUTODOCK_NETWORKS', '--networks', ''],
  ['address', 'AUTODOCK_ADDRESS', '--address', 'container'],
  ['hostAddress', 'AUTODOCK_HOST_ADDRESS', '--host-address', '127.0.0.1'],
  ['sharedNetwork', 'AUTODOCK_SHARED_NETWORK', '--shared-network', 'false'],
  ['swarm', 'AUTODOCK_SWARM', '--swarm', 'false'],
  ['health', 'AUTODOCK_HEALTH', '--health', 'healthy'],
  ['versions', 'AUTODOCK_VERSIONS', '--versions', 'mixed'],
  ['resync.interval', 'AUTODOCK_RESYNC_INTERVAL', '--resync-interval', '30s'],
  ['reconcile.minInterval', 'AUTODOCK_RECONCILE_MIN_INTERVAL', '--reconcile-min-interval', '50ms'],
  ['hold', 'AUTODOCK_HOLD', '--hold', '10s'],
  ['lease', 'AUTODOCK_LEASE', '--lease', '30s'],
  ['reap', 'AUTODOCK_REAP', '--reap', 'true'],
  ['reapLast', 'AUTODOCK_REAP_LAST', '--reap-last', '10m'],
  ['stopping', 'AUTODOCK_STOPPING', '--stopping', '5m'],
  ['front.addresses', 'AUTODOCK_FRONT_ADDRESSES', '--front-addresses', ''],
  ['guard.minDeletes', 'AUTODOCK_GUARD_MIN_DELETES', '--guard-min-deletes', '10'],
  [
    'guard.maxDeletePercent',
    'AUTODOCK_GUARD_MAX_DELETE_PERCENT',
    '--guard-max-delete-percent',
    '50',
  ],
  ['guard.confirmAfter', 'AUTODOCK_GUARD_CONFIRM_AFTER', '--guard-confirm-after', '5s'],
  ['http.host', 'AUTODOCK_HTTP_HOST', '--http-host', '127.0.0.1'],
  ['http.port', 'AUTODOCK_HTTP_PORT', '--http-port', '1338'],
  ['http.names', 'AUTODOCK_HTTP_NAMES', '--http-names', ''],
  ['bus.enabled', 'AUTODOCK_BUS_ENABLED', '--bus-enabled', 'true'],
  ['bus.host', 'AUTODOCK_BUS_HOST', '--bus-host', '127.0.0.1'],
  ['bus.port', 'AUTODOCK_BUS_PORT', '--bus-port', '1338'],
  ['bus.ttl', 'AUTODOCK_BUS_TTL', '--bus-ttl', '24h'],
  ['bus.secret', 'AUTODOCK_BUS_SECRET', '--bus-secret', 'none'],
  ['rpc.enabled', 'AUTODOCK_RPC_ENABLED', '--rpc-enabled', 'false'],
  ['log.level', 'AUTODOCK_LOG_LEVEL', '--log-level', 'info'],
  ['log.format', 'AUTODOCK_LOG_FORMAT', '--log-format', 'pretty on a terminal'],
];

const CONFIGURATION = new URL('../../../docs/configuration.md', import.meta.url);

/** `| key | environment | default | meaning |` */
function tableRow({ key, env, also, placeholder, shown, doc }: Setting): string {
  const variable = also === null ? `\`${env}\`` : `\`${env}\`, else \`${also}\``;
  const words = placeholder.includes('|') ? ` (\`${placeholder.replaceAll('|', '`, `')}\`)` : '';
  return `| \`${key}\` | ${variable} | ${shown || 'empty'} | ${doc}${words} |`;
}

describe('settings', () => {
  test('are the keys, variables, flags and defaults of the contract', () => {
    expect(settings.map(({ key, env, flag, shown }) => [key, env, flag, shown])).toEqual(CONTRACT);
  });

  test('count the variables of other tools where ours are not set', () => {
    const others = settings.filter(({ also }) => also !== null).map(({ key, also }) => [key, also]);
    expect(others).toEqual([
      ['docker.host', 'DOCKER_HOST'],
      ['redis.url', 'REDIS_URL'],
    ]);
  });

  test('stand in docs/configuration.md, in the words of --help', () => {
    const text = readFileSync(CONFIGURATION, 'utf8');
    const table = settings.map(tableRow).join('\n');
    expect(text).toContain(table);
  });
});
