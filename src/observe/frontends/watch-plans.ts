import type { RedisCommand, RedisConnection } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import type { OpenReply } from './opening.ts';
import type { Block } from './script-read.ts';
import {
  forget,
  isSameLink,
  parseInfo,
  SPARED_FOR_MS,
  unlessRefused,
  type Watched,
  type WatchState,
} from './watch-state.ts';
import { type KeyWatchOptions, othersIn, watches } from './watched-keys.ts';

/** Of one pass. */
export interface WatchPlan {
  /** Blocks that need not be read if it turns out that nobody wrote to them. */
  readonly spared: ReadonlySet<Block>;
  /** Commands before the reads, behind the opening. */
  readonly before: readonly RedisCommand[];
  /** Commands behind the reads. */
  readonly after: readonly RedisCommand[];
  /**
   * Takes what the commands behind the reads told.
   *
   * @returns whether the spared blocks are what they were when the pass opened
   */
  end(opening: OpenReply, told: readonly unknown[]): Promise<boolean>;
  /**
   * The pass has taken what was read, and watches from here on what it knows; one that failed before knows nothing of
   * what its watch began with. What was read in spite of a watch is held against what that told.
   *
   * @param isKnown whether a block is what was read last
   * @throws ObserveError if Redis noted no write where there was one; from then on all is read at each pass
   */
  keep(isKnown: (block: Block) => boolean): void;
}

const UNNOTED =
  'Redis noted no write to what is watched (WATCH), where there was one; from now on all is read at each pass';
const INFO: RedisCommand = ['client', 'info'];
const UNWATCH: RedisCommand = ['unwatch'];
const NONE: ReadonlySet<Block> = new Set();
/** All is read, and nothing watched. */
export const NOTHING: WatchPlan = {
  ...{ spared: NONE, before: [], after: [] },
  end: async () => true,
  keep: () => undefined,
};

/** Shows whether this user may watch, and whether Redis tells of a write on this connection: the opening is one. */
export async function tryPlan(
  redis: Pick<RedisConnection, 'read'>,
  { keys, owner }: KeyWatchOptions,
  state: WatchState,
): Promise<WatchPlan> {
  state.isUnderway = true;
  const commands = [UNWATCH, ['watch', keys.engine(owner)] as const, INFO];
  const replies = await unlessRefused(redis, commands);
  state.isUnderway = false;
  if (replies === null) {
    state.ability = 'unable';
    return NOTHING;
  }
  const before = parseInfo(replies.at(-1));
  return {
    ...NOTHING,
    async end({ clock: { run } }) {
      const [info] = await redis.read([INFO, UNWATCH]);
      const { id, isWritten } = parseInfo(info);
      // Another connection meanwhile shows nothing.
      if (id !== before.id) return true;
      const isTold = id !== '' && run !== '' && isWritten && !before.isWritten;
      state.ability = isTold ? 'able' : 'unable';
      state.proven = isTold ? { id, run } : null;
      return true;
    },
  };
}

/** They are read behind it: what is not told of from here on is as it was read. */
export function beginPlan(
  options: KeyWatchOptions,
  state: WatchState,
  blocks: ReadonlySet<Block>,
): WatchPlan {
  const others = othersIn(blocks, options.owner);
  // Whether or not an answer comes: what was noted before may be over by then.
  state.watched = null;
  let begun: Watched | null = null;
  return {
    ...{ ...NOTHING, after: [INFO] },
    before: [UNWATCH, ...watches(blocks, others, options)],
    async end(opening, [info]) {
      const { id, isWritten } = parseInfo(info);
      const { run } = opening.clock;
      if (!isSameLink({ id, run }, state.proven)) forget(state);
      else if (!isWritten && isComplete(opening)) begun = { id, run, blocks, others };
      state.allReadAt = opening.clock.now;
      return true;
    },
    keep(isKnown) {
      // One that had changed before is another block since.
      state.watched = begun && { ...begun, blocks: new Set([...blocks].filter(isKnown)) };
    },
  };
}

/** Asks whether anybody wrote to what is watched; now and then it is read in spite of that. */
export function checkPlan(
  { keys }: KeyWatchOptions,
  state: WatchState,
  chosen: ReadonlySet<Block>,
): WatchPlan {
  const { watched } = state;
  if (watched === null) return NOTHING;
  const known = new Set([...chosen].filter((block) => watched.blocks.has(block)));
  const isSparing = Math.abs(state.openedAt - state.allReadAt) < SPARED_FOR_MS;
  let isGood = false;
  return {
    spared: isSparing ? known : NONE,
    before: [],
    after: [INFO, ...watched.others.map((name): RedisCommand => ['zscore', keys.owners, name])],
    async end(opening, [info, ...scores]) {
      const { id, isWritten } = parseInfo(info);
      const { run, now } = opening.clock;
      const isSame = isSameLink({ id, run }, watched);
      // Claims of one that is no owner any more do not count.
      isGood = isSame && !isWritten && isComplete(opening) && !scores.includes(null);
      if (!isSame) forget(state);
      if (!isGood) state.watched = null;
      else state.nextRest = 1;
      // Where passes are rare, none of them comes in time.
      const isLate = Math.abs(now - state.allReadAt) >= 2 * SPARED_FOR_MS;
      if (!isSparing || !isGood || isLate) state.allReadAt = now;
      return isGood && !isLate;
    },
    keep(isKnown) {
      if (isSparing || !isGood || [...known].every(isKnown)) return;
      state.ability = 'unable';
      throw new ObserveError('redis-malformed', UNNOTED);
    },
  };
}

/** The index tells all claims of everybody: one that it does not tell is in no key that is watched. */
function isComplete({ isIndexed, isAllIndexed }: OpenReply): boolean {
  return isIndexed && isAllIndexed;
}
