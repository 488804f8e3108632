import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { type Backend, type Seen, startBackend } from './backend.ts';
import { type Front, request, startFront } from './front.ts';
import { type RedisPart, startRedis } from './redis.ts';

/** A front, its Redis, and identifying backends `B1`, `B2`, ... for a file of tests. */
export interface FrontFixture {
  readonly front: Front;
  readonly redis: RedisPart;
  readonly backends: readonly Backend[];
  /** Writes `frontend:<vhost>`: the vhost as identifier, then the URLs. */
  route(vhost: string, ...urls: readonly string[]): Promise<void>;
  /** The URL of `B<number>`. */
  url(number: number): string;
  /** Which backend answers for a host, or the status if it was not a backend's 200. */
  answerer(host: string, path?: string): Promise<string | number>;
  /** Where a request by hand goes, on a connection of its own. */
  target(): { readonly host: string; readonly port: number; readonly agent: false };
  /** The marks of a host. */
  dead(host: string): Promise<readonly string[]>;
}

/** Sets these up for the tests of this file; each test begins with an empty Redis. */
export function useFront(options: {
  readonly backends: number;
  readonly env?: Readonly<Record<string, string>>;
}): FrontFixture {
  let redis: RedisPart;
  let front: Front | undefined;
  let backends: readonly Backend[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    const names = Array.from({ length: options.backends }, (_, i) => `B${i + 1}`);
    backends = await Promise.all(names.map((name) => startBackend(name)));
    front = await startFront({ redisSocket: redis.socket, env: options.env ?? {} });
  });
  beforeEach(() => redis.client.flushall());
  afterAll(async () => {
    await front?.stop();
    await redis.stop();
    await Promise.all(backends.map((backend) => backend.close()));
  });
  const running = () => {
    if (front === undefined) throw new Error('the front is not started yet');
    return front;
  };
  return {
    get front() {
      return running();
    },
    get redis() {
      return redis;
    },
    get backends() {
      return backends;
    },
    route: async (vhost, ...urls) => {
      await redis.client.rpush(`frontend:${vhost}`, vhost, ...urls);
    },
    url: (number) => backends[number - 1]?.url ?? '',
    answerer: async (host, path = '/') => {
      const { status, body } = await request(running().port, host, path);
      return status === 200 && body.startsWith('{') ? seen(body).backend : status;
    },
    target: () => ({ host: '127.0.0.1', port: running().port, agent: false }),
    dead: async (host) => (await redis.client.smembers(`dead:${host}`)).sort(),
  };
}

/** A further backend until the test ends. */
export async function own<T extends Backend>(backend: Promise<T>): Promise<T> {
  const started = await backend;
  onTestFinished(() => started.close());
  return started;
}

/** Reads what an identifying backend answered. */
export function seen(body: string): Seen {
  return JSON.parse(body) as Seen;
}
