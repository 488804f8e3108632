import { expect } from 'vitest';
import type { ObservedFrontend } from '../../src/model/frontend.ts';
import { commandsRun } from './redis-looks.ts';
import type { RedisSide } from './redis-side.ts';
import { type RedisSides, useRedisSides } from './redis-sides.ts';

/** The vhosts that are asked for. */
export const HINT: readonly string[] = ['a.local', 'b.local', 'c.local'];
/** What a side wants at two of them. */
export const WANTED = { 'a.local': ['10.0.0.1'], 'b.local': ['10.0.0.2'] };
/** Passes until nothing is read any more: two that see the same, one that tries, one that watches. */
export const PASSES = 5;

/** Redis sides whose passes read nothing of which Redis told nothing. */
export interface WatchingSides extends Pick<RedisSides, 'redis' | 'side'> {
  /** How often lists are read by a pass. */
  readsOf(me: RedisSide, hint?: readonly string[]): Promise<number>;
  /** A side whose passes read no list any more; default: a fresh one. */
  settled(me?: RedisSide): Promise<RedisSide>;
  /** Expects a pass to tell what stands there, as it is read anew and without scripts. */
  isSeen(me: RedisSide): Promise<void>;
}

/** Sets these up for the tests of this file; each test begins with an empty Redis. */
export function useWatchingSides(): WatchingSides {
  const { redis, side } = useRedisSides();
  const readsOf = async (me: RedisSide, hint = HINT) => {
    const before = await commandsRun(redis.client, 'lrange');
    await me.open(hint);
    return (await commandsRun(redis.client, 'lrange')) - before;
  };
  return {
    redis,
    side,
    readsOf,
    async settled(me = side()) {
      await me.pass(WANTED);
      for (let n = 0; n < PASSES; n++) await me.open(HINT);
      expect(await readsOf(me)).toBe(0);
      return me;
    },
    async isSeen(me) {
      const { frontends } = await me.open(HINT);
      const plain = await me.reader.peekAt([...frontends.keys()]);
      expect(byVhost(frontends)).toEqual(byVhost(plain));
    },
  };
}

function byVhost(frontends: ReadonlyMap<string, ObservedFrontend>): unknown {
  return [...frontends].sort(([a], [b]) => (a < b ? -1 : 1));
}
