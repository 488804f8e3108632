import { dockerHost } from './docker-host.ts';
import { duration, durationOrNever, leaseDuration, positiveDuration } from './duration.ts';
import {
  boolean,
  count,
  endpoints,
  filePath,
  hostNames,
  ipAddress,
  keyPrefix,
  listenHost,
  names,
  owner,
  percent,
  port,
  secret,
} from './formats.ts';
import { choice, key, type Leaf } from './leaf.ts';
import { redisUrl } from './redis-url.ts';

/**
 * Every key in the order in which people read them. Variable and flag follow from the key
 * (`settings.ts`).
 */
export const schema = {
  docker: {
    host: key(
      dockerHost,
      'unix:///var/run/docker.sock',
      'Docker engine: `unix:///path`, `tcp://host:port`, `http://` or `https://`',
      { also: 'DOCKER_HOST' },
    ),
    timeout: key(
      positiveDuration,
      10_000,
      'deadline of a list request to Docker; an inspection has half of it',
    ),
    events: key(boolean, true, 'follow Docker events; else changes are seen at the next resync'),
  },
  redis: {
    url: key(
      redisUrl,
      'redis://127.0.0.1:6379',
      'Redis: `redis://`, `rediss://` (TLS) or `unix://[user:password@]/path`; `tcp://` is read as `redis://`; by Sentinels `redis+sentinel://host:port,host:port/name` (`rediss+sentinel://` with TLS)',
      { also: 'REDIS_URL', sensitive: true },
    ),
    keyPrefix: key(keyPrefix, '', 'put before every key as it is, as hipache does'),
    timeout: key(positiveDuration, 2_000, 'deadline of a command to Redis'),
    tls: {
      ca: key(filePath, null, 'PEM file of the CA that signed the certificate of Redis', {
        shown: 'those that Node trusts',
      }),
      cert: key(filePath, null, 'PEM file of the certificate that Redis asks for', {
        shown: 'none',
      }),
      key: key(filePath, null, 'and of its key', { shown: 'none' }),
    },
  },
  owner: key(
    owner,
    null,
    'the name that claims backends in Redis; with `swarm`, by default the node ID',
    {
      shown: 'Docker engine ID',
    },
  ),
  policy: choice(['sync', 'upsert-only'], 'sync', '`upsert-only` never deletes a frontend'),
  networks: key(
    names,
    [],
    'networks whose addresses are preferred, in this order (comma list); an overlay is used only if it is one of them. Empty with `swarm`: `autodock`',
  ),
  address: choice(
    ['container', 'published'],
    'container',
    "route to the container's address, or to its published port on `hostAddress`",
  ),
  hostAddress: key(
    ipAddress,
    '127.0.0.1',
    'address of this host as the front reaches it, for host networking and published ports; a loopback one with `swarm`: that of the node',
  ),
  sharedNetwork: key(
    boolean,
    false,
    'containers are reached at their addresses from every host on this Redis (a routed or an overlay network); else a second host with `address` `container` is refused. `swarm` implies it',
  ),
  swarm: key(
    boolean,
    false,
    'this engine is a node of a swarm whose nodes share Redis and fronts: its owner is the node, and only addresses that mean one container on every node are routed',
  ),
  health: choice(
    ['healthy', 'ignore'],
    'healthy',
    'route to healthy containers alone where there is a HEALTHCHECK, or ignore it',
  ),
  versions: choice(
    ['mixed', 'newest'],
    'mixed',
    'whether several versions of an application may answer a host at once, or the newest complete one alone',
  ),
  resync: { interval: key(positiveDuration, 30_000, 'a pass at least this often') },
  reconcile: { minInterval: key(duration, 50, 'least time between the starts of two passes') },
  hold: key(
    duration,
    10_000,
    'how long a vhost that lost its last backend answers 503 instead of 404; `0`: not at all',
  ),
  lease: key(
    leaseDuration,
    30_000,
    'how long the last sign of life of this owner counts for others on the same Redis, renewed each third of it; at least three times `redis.timeout`',
  ),
  reap: key(
    boolean,
    true,
    'take the backends of an owner whose lease is over out of every vhost where another one stands; it finds itself again when it comes back',
  ),
  reapLast: key(
    durationOrNever,
    600_000,
    'and those that are the last of a vhost when it has been lapsed for so long; `never`: they stay',
  ),
  stopping: key(
    duration,
    300_000,
    'how long a container that was told to stop, and still runs, is not routed; `0`: it is, until it has ended',
  ),
  front: {
    addresses: key(
      endpoints,
      [],
      'where the front itself listens (comma list of `address:port`, `0.0.0.0` for every address of this host); no route may lead there, and the page opens hosts on its port',
    ),
  },
  guard: {
    minDeletes: key(
      count,
      10,
      'a plan that takes the last backend from at least so many vhosts is put off',
    ),
    maxDeletePercent: key(
      percent,
      50,
      'if it takes them from more than this share of our vhosts; `100`: never',
    ),
    confirmAfter: key(duration, 5_000, 'until a pass this much later still wants it'),
  },
  http: {
    host: key(
      listenHost,
      '127.0.0.1',
      'where metrics, health, API and page are served; `0.0.0.0` in the image',
    ),
    port: key(port, 1338, 'and on which TCP port'),
    names: key(
      hostNames,
      [],
      'names that it is asked by, besides addresses, `localhost` and names without a dot (comma list); others are refused, as a stranger could point them here',
    ),
  },
  bus: {
    enabled: key(boolean, true, 'the plugin bus'),
    host: key(listenHost, '127.0.0.1', 'where the bus listens; `0.0.0.0` in the image'),
    port: key(port, 1338, 'and on which UDP port'),
    ttl: key(positiveDuration, 86_400_000, 'a plugin that is silent for so long is forgotten'),
    secret: key(secret, null, 'what a plugin must know', { shown: 'none', sensitive: true }),
  },
  rpc: { enabled: key(boolean, false, 'the JSON-RPC of 2015; it shows whole environments') },
  log: {
    level: choice(
      ['trace', 'debug', 'info', 'warn', 'error'],
      'info',
      'the least severe messages that are logged',
    ),
    format: choice(
      ['auto', 'json', 'pretty'],
      'auto',
      '`json`: one object a line; `pretty`: for people',
      { shown: 'pretty on a terminal' },
    ),
  },
};

type ValueOf<T> = T extends Leaf<infer V> ? V : { readonly [K in keyof T]: ValueOf<T[K]> };

/** The value of every key. */
export type Values = ValueOf<typeof schema>;
