import { afterAll, afterEach, beforeAll, onTestFinished } from 'vitest';
import { type Backend, startBackend } from './backend.ts';
import { type Front, request, startFront } from './front.ts';
import { type RedisPart, startRedis } from './redis.ts';

/** The host that the tests of one front ask for. */
export const HOST = 'a.test';

/** A Redis and a backend for a file of tests, each of which starts a front of its own. */
export interface OwnFronts {
  readonly redis: Pick<RedisPart, 'client' | 'kill'>;
  readonly backend: Pick<Backend, 'url' | 'connections'>;
  /** A front with these settings until the test ends, and a list for {@link HOST}. */
  frontOf(env: Readonly<Record<string, string>>, ...urls: readonly string[]): Promise<Front>;
}

/** Sets these up for the tests of this file; each test begins with an empty Redis. */
export function useOwnFronts(): OwnFronts {
  let redis: RedisPart;
  let backend: Backend;
  beforeAll(async () => {
    redis = await startRedis();
    backend = await startBackend('B1');
  });
  afterAll(async () => {
    await backend.close();
    await redis.stop();
  });
  afterEach(() => redis.client.flushall());
  return {
    redis: {
      get client() {
        return redis.client;
      },
      kill: (signal) => redis.kill(signal),
    },
    backend: {
      get url() {
        return backend.url;
      },
      connections: () => backend.connections(),
    },
    frontOf: async (env, ...urls) => {
      if (urls.length > 0) await redis.client.rpush(`frontend:${HOST}`, HOST, ...urls);
      const front = await startFront({
        redisSocket: redis.socket,
        env: { FRONT_WORKERS: '1', ...env },
      });
      onTestFinished(() => front.stop());
      return front;
    },
  };
}

/** What a front answers for a host. */
export async function statusOf({ port }: Front, host = HOST): Promise<number> {
  return (await request(port, host)).status;
}

/** Asks until every backend of a short list has had its turn. */
export async function askAll(front: Front): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push(await statusOf(front));
  return statuses;
}
