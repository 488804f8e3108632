import { afterEach, beforeEach } from 'vitest';
import { type RedisPart, startRedis } from './redis.ts';
import { type RedisSide, type RedisSideOptions, redisSide } from './redis-side.ts';

/** The backend at 10.0.0.1 as it stands in a list. */
export const A = 'http://10.0.0.1:80';

/** The one at 10.0.0.2. */
export const B = 'http://10.0.0.2:80';

/** A claim on one copy of {@link A}. */
export const CLAIM = '{"http://10.0.0.1:80":["aaaaaaaaaaaa"]}';

/** An owner's record as it stands in Redis. */
export interface PublishedRecord {
  readonly id: string;
  readonly name: string;
  readonly at: number;
  readonly redis: string;
  readonly leaseMs: number;
  readonly nonce: string;
  /** Who found its lease over, and when that one looked at it last. */
  readonly lapsed?: { readonly at: number; readonly by: string };
}

/** A Redis for each test of a file, and Redis sides of controllers that share it. */
export interface RedisSides {
  /** The Redis of the test that runs. */
  readonly redis: Pick<RedisPart, 'client' | 'port' | 'socket'>;
  /** A side until the test ends. */
  side(options?: Partial<RedisSideOptions>): RedisSide;
  /** `frontend:<vhost>` as it stands in Redis. */
  list(vhost: string): Promise<string[]>;
  /** What the last pass of an owner published of itself. */
  record(owner: string): Promise<PublishedRecord>;
  /** An owner's claim on a vhost, as text. Default: of the side that was told no owner. */
  claim(vhost: string, owner?: string): Promise<string | null>;
}

/** Sets these up for the tests of this file; each test begins with an empty Redis. */
export function useRedisSides(): RedisSides {
  let part: RedisPart;
  let sides: RedisSide[];
  beforeEach(async () => {
    part = await startRedis({ tcp: true });
    sides = [];
  });
  afterEach(async () => {
    for (const { connection } of sides) connection.close();
    await part.stop();
  });
  return {
    redis: {
      get client() {
        return part.client;
      },
      get port() {
        return part.port;
      },
      get socket() {
        return part.socket;
      },
    },
    side: (options = {}) => {
      const made = redisSide({ url: part.url, ...options });
      sides.push(made);
      return made;
    },
    list: (vhost) => part.client.lrange(`frontend:${vhost}`, 0, -1),
    record: async (owner) =>
      JSON.parse((await part.client.get(`autodock:engine:${owner}`)) ?? 'null') as PublishedRecord,
    claim: (vhost, owner = 'me') => part.client.hget(`autodock:owner:${owner}`, vhost),
  };
}
