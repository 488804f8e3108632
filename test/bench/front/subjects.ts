import { Redis } from 'ioredis';
import { startFront } from '../../parts/front.ts';
import { startRedis } from '../../parts/redis.ts';
import { SAME_HEADERS, startHaproxy, startPlainNginx, WORKERS } from './servers.ts';

/** A proxy under measurement. */
export interface Subject {
  readonly name: string;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** Its first process and its Redis', whose children count as well. */
  readonly pids: readonly number[];
  /** Writes the list of a vhost; for those that read hipache's keys. */
  readonly write: ((vhost: string, ...urls: readonly string[]) => Promise<void>) | null;
  stop(): Promise<void>;
}

/** The name of the plain nginx, to which all others are compared. */
export const PLAIN = 'nginx proxy_pass';
export const CACHED = 'front, cached';
export const UNCACHED = 'front, uncached';

/** The same of the other build. */
export const otherName = (name: string) => `other ${name}`;

const BATCH = 1000;

/** A front with a Redis of its own that routes every host to the backends. */
export async function startFrontSubject(
  name: string,
  hosts: readonly string[],
  backends: readonly string[],
  build: { readonly build?: string } = {},
): Promise<Subject> {
  const redis = await startRedis();
  await writeHosts(redis.client, hosts, backends);
  const front = await startFront({
    redisSocket: redis.socket,
    ...build,
    env: {
      FRONT_ACCESS_LOG: 'off',
      FRONT_HOLD: '10s', // as users have it
      FRONT_WORKERS: String(WORKERS),
      ...(name.endsWith(UNCACHED) ? { FRONT_CACHE: 'off' } : {}),
    },
  });
  return {
    name,
    url: `http://127.0.0.1:${front.port}`,
    pids: [front.pid, redis.pid],
    write: (vhost, ...urls) => writeList(redis.client, vhost, urls),
    stop: async () => {
      await front.stop();
      await redis.stop();
    },
  };
}

/** The fronts and their peers, all with the same hosts and backends. */
export async function startSubjects(
  hosts: readonly string[],
  backends: readonly string[],
  { peers, beside }: { readonly peers: readonly string[]; readonly beside: string | undefined },
): Promise<readonly Subject[]> {
  const foreign = [
    { name: PLAIN, ...(await startPlainNginx(backends)) },
    { name: 'nginx, same headers', ...(await startPlainNginx(backends, SAME_HEADERS)) },
    { name: 'haproxy with a map', ...(await startHaproxy(hosts, backends)) },
  ].map(({ name, port, pid, stop }) => ({
    ...{ name, url: `http://127.0.0.1:${port}`, pids: [pid], write: null, stop },
  }));
  return [
    ...foreign,
    await startFrontSubject(CACHED, hosts, backends),
    await startFrontSubject(UNCACHED, hosts, backends),
    ...(beside === undefined ? [] : await startBuild(beside, hosts, backends)),
    ...(await Promise.all(peers.map((peer) => givenSubject(peer, hosts, backends)))),
  ];
}

/** The fronts of another build, by the folder that it is in. */
async function startBuild(
  build: string,
  hosts: readonly string[],
  backends: readonly string[],
): Promise<readonly Subject[]> {
  return [
    await startFrontSubject(otherName(CACHED), hosts, backends, { build }),
    await startFrontSubject(otherName(UNCACHED), hosts, backends, { build }),
  ];
}

/** A proxy that runs already: `NAME,URL,PID` or, with routes to be written, `NAME,URL,PID,REDIS_URL,REDIS_PID`. */
async function givenSubject(
  text: string,
  hosts: readonly string[],
  backends: readonly string[],
): Promise<Subject> {
  const [name = '', url = '', pid = '', redisUrl, redisPid] = text.split(',');
  const pids = [pid, redisPid].filter((one) => one !== undefined).map(Number);
  const stop = async () => undefined;
  if (redisUrl === undefined) return { name, url, pids, write: null, stop };
  const redis = new Redis(redisUrl);
  await writeHosts(redis, hosts, backends);
  return {
    ...{ name, url, pids },
    write: (vhost, ...urls) => writeList(redis, vhost, urls),
    stop: async () => {
      await redis.del(...hosts.map((host) => `frontend:${host}`));
      redis.disconnect();
    },
  };
}

async function writeHosts(
  redis: Redis,
  hosts: readonly string[],
  backends: readonly string[],
): Promise<void> {
  for (let from = 0; from < hosts.length; from += BATCH) {
    const batch = redis.pipeline();
    for (const host of hosts.slice(from, from + BATCH)) {
      batch.del(`frontend:${host}`).rpush(`frontend:${host}`, host, ...backends);
    }
    await batch.exec();
  }
}

async function writeList(redis: Redis, vhost: string, urls: readonly string[]): Promise<void> {
  const change = redis.multi().del(`frontend:${vhost}`);
  await change.rpush(`frontend:${vhost}`, vhost, ...urls).exec();
}
