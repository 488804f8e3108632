import { Redis } from 'ioredis';
import { startFront } from '../parts/front.ts';
import { startRedis } from '../parts/redis.ts';
import { PROFILES, type Profile } from './profiles.ts';
import type { ProxyAddress } from './send.ts';

/** What our front writes of itself, which no case looks at or deletes. */
const OF_FRONTS = /^autodock:fronts?(:|$)/;

/** The proxy under test, and the Redis that it reads. */
export interface Target {
  readonly proxy: ProxyAddress;
  readonly redis: Redis;
  readonly profile: Profile;
  close(): Promise<void>;
}

/** The profile that `CONFORMANCE_PROFILE` names; default: ours. */
export function chosenProfile(): Profile {
  const name = process.env.CONFORMANCE_PROFILE ?? 'autodock';
  const profile = Object.values(PROFILES).find((known) => known.name === name);
  if (profile === undefined) {
    throw new Error(`no profile ${name}; there are ${Object.keys(PROFILES).join(', ')}`);
  }
  return profile;
}

/**
 * The proxy at `CONFORMANCE_PROXY` with the Redis at `CONFORMANCE_REDIS`, which must hold no key but
 * what our front writes of itself; or our front with a Redis of its own.
 */
export async function openTarget(): Promise<Target> {
  const { CONFORMANCE_PROXY: proxy, CONFORMANCE_REDIS: redisUrl } = process.env;
  if (proxy === undefined || redisUrl === undefined) return openOwn();
  const redis = new Redis(redisUrl);
  const keys = (await redis.keys('*')).filter((key) => !OF_FRONTS.test(key));
  if (keys.length > 0) {
    const [first] = keys.sort();
    throw new Error(
      `${redisUrl} holds ${keys.length} keys, ${first} among them; the suite deletes what it finds`,
    );
  }
  const { hostname, port } = new URL(proxy);
  return {
    proxy: { host: hostname, port: Number(port || 80) },
    redis,
    profile: chosenProfile(),
    close: async () => redis.disconnect(),
  };
}

async function openOwn(): Promise<Target> {
  const redis = await startRedis();
  const front = await startFront({
    redisSocket: redis.socket,
    env: {
      FRONT_BACKEND_TLS_VERIFY: 'off',
      FRONT_CONNECT_TIMEOUT: '300ms',
      FRONT_DEBUG: 'on',
      FRONT_READ_TIMEOUT: '3s',
      FRONT_TRUSTED: '127.0.0.2',
      FRONT_WORKERS: '1',
    },
  });
  return {
    proxy: { host: '127.0.0.1', port: front.port },
    redis: redis.client,
    profile: chosenProfile(),
    close: async () => {
      await front.stop();
      await redis.stop();
    },
  };
}
