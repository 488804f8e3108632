import type { LapseResult, ReapMode } from '../../src/apply/reap.ts';
import type { Owner } from '../../src/model/ids.ts';
import { ageLease } from './age-lease.ts';
import type { RedisSide, Wanted } from './redis-side.ts';
import { A, type RedisSides } from './redis-sides.ts';

/** The owner that gives no sign of life. */
export const DEAD = 'dead' as Owner;

/** What stays of its claim on {@link A}. */
export const LAPSED = { lapsed: [`${A} aaaaaaaaaaaa`] };

export const HOUR_MS = 3_600_000;

/** An owner that is lapsed, for the tests of a file. */
export interface DeadOwner {
  /** It wanted this, and has given no sign for an hour. */
  dead(wanted: Wanted): Promise<RedisSide>;
  /** This side finds its lease over. */
  lapse(finder: RedisSide): Promise<LapseResult>;
  /** What reaping these vhosts comes to; null: it came back. */
  kinds(
    finder: RedisSide,
    vhosts: readonly string[],
    mode: ReapMode,
  ): Promise<readonly string[] | null>;
}

export function useDeadOwner({ redis, side }: RedisSides): DeadOwner {
  return {
    async dead(wanted) {
      const left = side({ owner: DEAD, leaseMs: 30_000 });
      await left.pass(wanted);
      await ageLease(redis.client, HOUR_MS, DEAD);
      return left;
    },
    async lapse(finder) {
      const { otherOwners } = await finder.beat();
      const seen = otherOwners.find(({ owner }) => owner === DEAD);
      if (seen === undefined) throw new Error('nobody is dead');
      return finder.reaper.lapse(seen);
    },
    async kinds(finder, vhosts, mode) {
      return (
        (await finder.reaper.reap(DEAD, new Map(vhosts.map((vhost) => [vhost, 1])), mode))?.map(
          ({ kind }) => kind,
        ) ?? null
      );
    },
  };
}
