import type { RedisCommand, RedisConnection } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import type { OpenReply } from './opening.ts';
import type { Block } from './script-read.ts';
import { choose, type KeyWatchOptions, othersIn, watches } from './watched-keys.ts';

/**
 * Lets Redis note (`WATCH`) whether anybody wrote to the keys of blocks since they were read, so that what nobody wrote
 * to is not read again. Redis does so for optimistic transactions, by key and whatever is done to it, `FLUSHALL` and
 * `SWAPDB` included; `CLIENT INFO` tells it (flag `d`), and on which connection.
 */
export interface KeyWatch {
  /** What a pass is to send, beside what it asks. `isQuiet`: at the last pass nothing had changed. */
  plan(blocks: readonly Block[], isQuiet: boolean): Promise<WatchPlan>;
}

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
   * Holds what was read in spite of the watch against what it told.
   *
   * @param isSame whether a block is what it was before
   * @throws ObserveError if Redis noted no write where there was one; from then on all is read at each pass
   */
  verify(isSame: (block: Block) => boolean): void;
}

const UNNOTED =
  'Redis noted no write to what is watched (WATCH), where there was one; from now on all is read at each pass';
const INFO: RedisCommand = ['client', 'info'];
const UNWATCH: RedisCommand = ['unwatch'];
const NONE: ReadonlySet<Block> = new Set();
const NOTHING: WatchPlan = {
  ...{ spared: NONE, before: [], after: [] },
  end: async () => true,
  verify: () => undefined,
};
/** After so many passes that spared something, one reads all: nothing is true for long because it was so once. */
const MOST_SPARING = 20;

interface Watched extends Pick<Told, 'id'> {
  readonly run: string;
  readonly blocks: ReadonlySet<Block>;
  /** Who claims there besides this owner. */
  readonly others: readonly string[];
}

/** Which connection it is, and whether a key that is watched was written to. */
interface Told {
  readonly id: string;
  readonly isWritten: boolean;
}

interface WatchState {
  ability: 'untried' | 'able' | 'unable';
  watched: Watched | null;
  /** Passes that spared something since all was read. */
  sparing: number;
}

/** Nothing is watched yet. A connection has one watch: of several on one connection the first one has it. */
export function createKeyWatch(redis: RedisConnection, options: KeyWatchOptions): KeyWatch {
  const state: WatchState = { ability: 'untried', watched: null, sparing: 0 };
  return {
    async plan(blocks, isQuiet) {
      const chosen = choose(blocks, options.owner);
      if (chosen.size === 0) return NOTHING;
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
    },
  };
}

function areAll(blocks: ReadonlySet<Block>, watched: Watched | null): boolean {
  return watched !== null && [...blocks].every((block) => watched.blocks.has(block));
}

/** Shows whether this user may watch, and whether this server tells of a write: the opening is one. */
async function tryPlan(
  redis: Pick<RedisConnection, 'read' | 'claimWatch'>,
  { keys, owner }: KeyWatchOptions,
  state: WatchState,
): Promise<WatchPlan> {
  state.ability = 'unable';
  const commands = [UNWATCH, ['watch', keys.engine(owner)] as const, INFO];
  const replies = redis.claimWatch() ? await unlessRefused(redis, commands) : null;
  if (replies === null) return NOTHING;
  const before = parseInfo(replies.at(-1));
  return {
    ...NOTHING,
    async end() {
      const [info] = await redis.read([INFO, UNWATCH]);
      const { id, isWritten } = parseInfo(info);
      const isTold = id !== '' && id === before.id && isWritten && !before.isWritten;
      if (isTold) state.ability = 'able';
      return true;
    },
  };
}

/** They are read behind it: what is not told of from here on is as it was read. */
function beginPlan(
  options: KeyWatchOptions,
  state: WatchState,
  blocks: ReadonlySet<Block>,
): WatchPlan {
  const others = othersIn(blocks, options.owner);
  // Whether or not an answer comes: what was noted before may be over by then.
  state.watched = null;
  state.sparing = 0;
  return {
    ...{ ...NOTHING, after: [INFO] },
    before: [UNWATCH, ...watches(blocks, others, options)],
    async end(opening, [info]) {
      const { id, isWritten } = parseInfo(info);
      const { run } = opening.clock;
      const isGood = id !== '' && run !== '' && !isWritten && isComplete(opening);
      state.watched = isGood ? { id, run, blocks, others } : null;
      return true;
    },
  };
}

function checkPlan(
  { keys }: KeyWatchOptions,
  state: WatchState,
  chosen: ReadonlySet<Block>,
): WatchPlan {
  const { watched } = state;
  if (watched === null) return NOTHING;
  const known = new Set([...chosen].filter((block) => watched.blocks.has(block)));
  const isSparing = state.sparing < MOST_SPARING;
  let isGood = false;
  return {
    spared: isSparing ? known : NONE,
    before: [],
    after: [INFO, ...watched.others.map((name): RedisCommand => ['zscore', keys.owners, name])],
    async end(opening, [info, ...scores]) {
      const { id, isWritten } = parseInfo(info);
      const isUnwritten = id === watched.id && opening.clock.run === watched.run && !isWritten;
      // Claims of one that is no owner any more do not count.
      isGood = isUnwritten && isComplete(opening) && !scores.includes(null);
      if (!isGood) state.watched = null;
      state.sparing = isSparing ? state.sparing + 1 : 0;
      return isGood;
    },
    verify(isSame) {
      if (isSparing || !isGood || [...known].every(isSame)) return;
      state.ability = 'unable';
      throw new ObserveError('redis-malformed', UNNOTED);
    },
  };
}

/** The index tells all claims of everybody: one that it does not tell is in no key that is watched. */
function isComplete({ isIndexed, isAllIndexed }: OpenReply): boolean {
  return isIndexed && isAllIndexed;
}

async function unlessRefused(
  redis: Pick<RedisConnection, 'read'>,
  commands: readonly RedisCommand[],
): Promise<readonly unknown[] | null> {
  try {
    return await redis.read(commands);
  } catch (error) {
    if (error instanceof ObserveError && error.code === 'redis-refused') return null;
    throw error;
  }
}

function parseInfo(told: unknown): Told {
  const [, id = ''] = /\bid=(\d+)/.exec(String(told)) ?? [];
  const [, flags = 'd'] = /\bflags=(\w+)/.exec(String(told)) ?? [];
  return { id, isWritten: flags.includes('d') };
}
