import type { Config, DockerConfig, RedisConfig } from './config.ts';
import type { Values } from './schema.ts';

/** The overlay that services join, as the stack names it. */
const SWARM_NETWORK = 'autodock';

/** The frozen configuration from checked values. `terminal` decides a log format that nobody chose. */
export function toConfig(
  values: Values,
  tls: { readonly docker: DockerConfig['tls']; readonly redis: RedisConfig['tls'] },
  terminal: boolean,
): Config {
  const { docker, redis, guard, bus, log } = values;
  return deepFreeze({
    docker: {
      host: docker.host,
      timeoutMs: docker.timeout,
      events: docker.events,
      tls: tls.docker,
    },
    redis: {
      url: redis.url,
      keyPrefix: redis.keyPrefix,
      timeoutMs: redis.timeout,
      tls: tls.redis,
    },
    owner: values.owner,
    policy: values.policy,
    networks: values.swarm && values.networks.length === 0 ? [SWARM_NETWORK] : values.networks,
    address: values.address,
    hostAddress: values.hostAddress,
    sharedNetwork: values.sharedNetwork || values.swarm,
    swarm: values.swarm,
    health: values.health,
    versions: values.versions,
    resync: { intervalMs: values.resync.interval },
    reconcile: { minIntervalMs: values.reconcile.minInterval },
    ...{ holdMs: values.hold, stoppingMs: values.stopping, leaseMs: values.lease },
    reap: { enabled: values.reap, lastMs: values.reapLast },
    front: { addresses: values.front.addresses },
    guard: {
      minDeletes: guard.minDeletes,
      maxDeletePercent: guard.maxDeletePercent,
      confirmAfterMs: guard.confirmAfter,
    },
    http: values.http,
    bus: {
      enabled: bus.enabled,
      host: bus.host,
      port: bus.port,
      ttlMs: bus.ttl,
      secret: bus.secret,
    },
    rpc: values.rpc,
    log: { level: log.level, format: resolveFormat(log.format, terminal) },
  });
}

function resolveFormat(format: Values['log']['format'], terminal: boolean) {
  if (format !== 'auto') return format;
  return terminal ? 'pretty' : 'json';
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
