import type { RedisConnection } from '../../clients/redis.ts';
import type { Block } from './script-read.ts';
import { beginPlan, checkPlan, NOTHING, tryPlan, type WatchPlan } from './watch-plans.ts';
import { giveUp, newWatchState, type Watched, type WatchState } from './watch-state.ts';
import { choose, type KeyWatchOptions } from './watched-keys.ts';

/**
 * Lets Redis note (`WATCH`) whether anybody wrote to the keys of blocks since they were read, so that what nobody wrote
 * to is not read again. Redis does so for optimistic transactions, by key and whatever is done to it, `FLUSHALL` and
 * `SWAPDB` included; `CLIENT INFO` tells it (flag `d`), and on which connection.
 */
export interface KeyWatch {
  /** What a pass is to send, beside what it asks. `isQuiet`: at the last pass nothing had changed. */
  plan(blocks: readonly Block[], isQuiet: boolean): Promise<WatchPlan>;
}

/** Nothing is watched yet. A connection has one watch: of several on one connection the first one has it. */
export function createKeyWatch(redis: RedisConnection, options: KeyWatchOptions): KeyWatch {
  const state = newWatchState(redis.claimWatch());
  return {
    async plan(blocks, isQuiet) {
      if (state.isUnderway) giveUp(state);
      const chosen = choose(blocks, options.owner);
      if (chosen.size === 0 || state.resting-- > 0) return NOTHING;
      state.resting = 0;
      const plan = await planFor(redis, options, state, { chosen, isQuiet });
      if (plan === NOTHING) return plan;
      state.isUnderway = true;
      return {
        ...plan,
        end(opening, told) {
          state.openedAt = opening.clock.now;
          return plan.end(opening, told);
        },
        keep(isKnown) {
          state.isUnderway = false;
          plan.keep(isKnown);
        },
      };
    },
  };
}

async function planFor(
  redis: RedisConnection,
  options: KeyWatchOptions,
  state: WatchState,
  { chosen, isQuiet }: { readonly chosen: ReadonlySet<Block>; readonly isQuiet: boolean },
): Promise<WatchPlan> {
  switch (state.ability) {
    case 'unable':
      return NOTHING;
    case 'untried':
      return isQuiet ? tryPlan(redis, options, state) : NOTHING;
    case 'able':
      return isQuiet && !areAll(chosen, state.watched)
        ? beginPlan(options, state, chosen)
        : checkPlan(options, state, chosen);
  }
}

function areAll(blocks: ReadonlySet<Block>, watched: Watched | null): boolean {
  return watched !== null && [...blocks].every((block) => watched.blocks.has(block));
}
