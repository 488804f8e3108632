import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { type Backend, refusedUrl, type Seen, startBackend } from './backend.ts';
import { type Front, request, startFront } from './front.ts';
import { type RedisPart, startRedis } from './redis.ts';
import { waitFor } from './wait-for.ts';

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
  /** How often each answer came for so many requests, one after the other. */
  answers(host: string, requests: number): Promise<Readonly<Record<string, number>>>;
  /** Where a request by hand goes, on a connection of its own. */
  target(): { readonly host: string; readonly port: number; readonly agent: false };
  /** The marks of a host. */
  dead(host: string): Promise<readonly string[]>;
  /**
   * Waits until a mark that the front might have begun to write would be there: one for another host,
   * `settled.test`, begun later by the same worker, has come.
   */
  settled(): Promise<void>;
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
  const route = async (vhost: string, ...urls: readonly string[]) => {
    await redis.client.rpush(`frontend:${vhost}`, vhost, ...urls);
  };
  const url = (number: number) => backends[number - 1]?.url ?? '';
  const answerer = async (host: string, path = '/') => {
    const { status, body } = await request(running().port, host, path);
    return status === 200 && body.startsWith('{') ? seen(body).backend : status;
  };
  const dead = async (host: string) => (await redis.client.smembers(`dead:${host}`)).sort();
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
    route,
    url,
    answerer,
    answers: async (host, requests) => {
      const counts: Record<string, number> = {};
      for (let i = 0; i < requests; i += 1) {
        const answer = await answerer(host);
        counts[answer] = (counts[answer] ?? 0) + 1;
      }
      return counts;
    },
    target: () => ({ host: '127.0.0.1', port: running().port, agent: false }),
    dead,
    settled: async () => {
      await redis.client.del('frontend:settled.test', 'dead:settled.test');
      await route('settled.test', await refusedUrl(), url(1));
      await waitFor('a later mark', async () => {
        await answerer('settled.test');
        expect(await dead('settled.test')).toEqual(['0']);
      });
    },
  };
}

/** A further backend until the test ends. */
export async function own<T extends Pick<Backend, 'close'>>(backend: Promise<T>): Promise<T> {
  const started = await backend;
  onTestFinished(() => started.close());
  return started;
}

/** Has a front wait no longer than this for the backends of a vhost, as a label does: all others keep their time. */
export async function askForTime(
  { client }: Pick<RedisPart, 'client'>,
  vhost: string,
  timeout: number,
): Promise<void> {
  const asked = JSON.stringify({ timeout, since: { timeout: 1 } });
  await client.hset(`autodock:options:${vhost}`, 'one', asked);
}

/** Reads what an identifying backend answered. */
export function seen(body: string): Seen {
  return JSON.parse(body) as Seen;
}
