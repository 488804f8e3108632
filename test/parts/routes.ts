import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { waitFor } from './wait-for.ts';

/** The list at `frontend:<vhost>`. */
export interface Route {
  readonly identifier: string;
  readonly urls: readonly string[];
}

/** Looks at hipache's keys as a proxy would. */
export interface Routes {
  /** null: no such key. */
  read(vhost: string): Promise<Route | null>;
  /** An owner's claim of a vhost, parsed; null: none. With one owner in Redis it need not be named. */
  claim(vhost: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Waits until the list has exactly these URLs, in any order. */
  becomes(vhost: string, urls: readonly string[]): Promise<Route>;
  /** Waits until the list is the identifier alone. */
  isHeld(vhost: string): Promise<void>;
  /** Waits until the key is gone. */
  isGone(vhost: string): Promise<void>;
  /** Begins to record every state of these vhosts, as fast as Redis answers. */
  watch(...vhosts: readonly string[]): Watch;
}

/** A record of states over time. */
export interface Watch {
  /** The different states that a vhost had, one after the other; `null` is "no key". */
  history(vhost: string): readonly (readonly string[] | null)[];
  /** Ends the record. */
  stop(): Promise<void>;
}

/** The URL of a backend. */
export function urlOf(address: string, port = 80): string {
  return `http://${address}:${port}`;
}

/** @param prefix of the keys */
export function openRoutes(redis: Redis, prefix = ''): Routes {
  const key = (vhost: string) => `${prefix}frontend:${vhost}`;
  const read = async (vhost: string): Promise<Route | null> => {
    const [identifier, ...urls] = await redis.lrange(key(vhost), 0, -1);
    return identifier === undefined ? null : { identifier, urls };
  };
  const reaches = async (vhost: string, wanted: readonly string[] | null): Promise<Route | null> =>
    waitFor(`${vhost} to be ${JSON.stringify(wanted)}`, async () => {
      const route = await read(vhost);
      const seen = route === null ? null : sorted(route.urls);
      if (JSON.stringify(seen) !== JSON.stringify(wanted)) throw new Error(JSON.stringify(seen));
      return route;
    });
  return {
    read,
    claim: async (vhost) => {
      const [owner] = await redis.zrange(`${prefix}autodock:owners`, '0', '0');
      const text = await redis.hget(`${prefix}autodock:owner:${owner}`, vhost);
      return text === null ? null : (JSON.parse(text) as Readonly<Record<string, unknown>>);
    },
    becomes: async (vhost, urls) => {
      const route = await reaches(vhost, sorted(urls));
      if (route === null) throw new Error(`${vhost} has no route`);
      return route;
    },
    isHeld: async (vhost) => void (await reaches(vhost, [])),
    isGone: async (vhost) => void (await reaches(vhost, null)),
    watch: (...vhosts) => watch(redis, vhosts, key),
  };
}

function sorted(urls: readonly string[]): readonly string[] {
  return [...urls].sort((a, b) => (a < b ? -1 : 1));
}

function watch(redis: Redis, vhosts: readonly string[], key: (vhost: string) => string): Watch {
  const histories = new Map<string, (readonly string[] | null)[]>(
    vhosts.map((vhost) => [vhost, []]),
  );
  let stopped = false;
  const look = async () => {
    for (const [vhost, history] of histories) {
      const list = await redis.lrange(key(vhost), 0, -1);
      const state = list.length === 0 ? null : list;
      const last = history.at(-1);
      if (last === undefined || JSON.stringify(last) !== JSON.stringify(state)) history.push(state);
    }
  };
  const recording = (async () => {
    while (!stopped) {
      await look();
      await sleep(2);
    }
    await look();
  })();
  // Reported by `stop`; a test that failed before may have taken Redis away already.
  recording.catch(() => undefined);
  return {
    history: (vhost) => histories.get(vhost) ?? [],
    stop: async () => {
      stopped = true;
      await recording;
    },
  };
}
