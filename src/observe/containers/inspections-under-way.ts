import pLimit from 'p-limit';
import type { ContainerId } from '../../model/ids.ts';
import type { InspectReply } from './inspection.ts';

/** An answer; null: there was none. */
export type InspectionAnswer = InspectReply | 'gone' | null;

/** What is asked at this moment; see `createUnderWay`. */
export interface InspectionsUnderWay {
  /**
   * Asks ahead of the passes, if there is room. Nobody waits for it until a pass asks.
   *
   * @returns whether it asks
   */
  foresee(id: ContainerId): boolean;
  /** Asks, unless that is under way. */
  request(id: ContainerId): void;
  /** The same, but what was asked before a pass saw the container tells nothing of now. */
  confirm(id: ContainerId, isLikely: boolean): Promise<InspectionAnswer>;
  /** What a pass waited for in vain, and came a moment ago; else null. */
  lateAnswer(id: ContainerId): InspectionAnswer;
  /** Whether a pass has waited in vain for the one that is under way. */
  isHanging(id: ContainerId): boolean;
  /** What passes asked. */
  all(): readonly Promise<InspectionAnswer>[];
  /** Until `also` have come and nothing is wanted but what hangs, or the patience is over. */
  wait(also: readonly Promise<unknown>[], patienceMs: number): Promise<void>;
}

/** What it needs from outside. */
export interface UnderWayOptions {
  /** Never rejects. */
  readonly inspect: (id: ContainerId, isForeseen: boolean) => Promise<InspectionAnswer>;
  /** Never asked about with an answer, good or bad. */
  readonly isNew: (id: ContainerId) => boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called when one finishes that no pass waits for (any more), but once did. */
  readonly onLate: () => void;
}

/** For how long an answer that came between two passes tells how things are. */
const FRESH_MS = 1_000;
const AT_ONCE = 4;
/**
 * So many of them may be of containers that were asked about before. A dead container's hangs for as long as
 * the list lags: those must not keep the ones waiting of which nothing is known yet.
 */
const AGAIN_AT_ONCE = 2;
/**
 * So many of them may be asked ahead. An engine answers for a container that is just starting when it has started,
 * which takes long in a storm: the other places are left to what passes ask.
 */
const AHEAD_AT_ONCE = 1;

interface Work {
  readonly answer: Promise<InspectionAnswer>;
  readonly isForeseen: boolean;
  isWanted: boolean;
}

/** Nothing is under way. */
export function createUnderWay(options: UnderWayOptions): InspectionsUnderWay {
  const works = new Map<ContainerId, Work>();
  const waiting = createWaiting(works, options);
  const asker = createAsker(options);
  const start = (id: ContainerId, asked: Promise<InspectionAnswer>, isForeseen: boolean) => {
    const answer = asked.then((reply) => {
      // Another may have taken its place.
      if (works.get(id) === work) waiting.end(id, reply, isForeseen);
      return reply;
    });
    const work: Work = { answer, isForeseen, isWanted: !isForeseen };
    works.set(id, work);
    return answer;
  };
  return {
    foresee(id) {
      const asked = works.has(id) ? null : asker.askAhead(id);
      if (asked !== null) void start(id, asked, true);
      return asked !== null;
    },
    request(id) {
      const already = works.get(id);
      if (already === undefined) void start(id, asker.ask(id, false), false);
      else already.isWanted = true;
    },
    confirm: async (id, isLikely) => {
      const already = works.get(id);
      if (already?.isForeseen === false) return already.answer;
      return start(id, asker.ask(id, isLikely), false);
    },
    lateAnswer: waiting.lateAnswer,
    isHanging: waiting.isHanging,
    all: () => [...works.values()].flatMap(({ answer, isWanted }) => (isWanted ? [answer] : [])),
    wait: waiting.wait,
  };
}

/** So many at once. */
function createAsker({ inspect, isNew }: UnderWayOptions) {
  const limit = pLimit(AT_ONCE);
  const limitAgain = pLimit(AGAIN_AT_ONCE);
  let ahead = 0;
  const keepAhead = (by: 1 | -1) => {
    ahead += by;
    limit.concurrency = AT_ONCE - ahead;
  };
  return {
    ask(id: ContainerId, isLikely: boolean): Promise<InspectionAnswer> {
      const ask = () => limit(inspect, id, false);
      return isLikely || isNew(id) ? ask() : limitAgain(ask);
    },
    /** Null: there is no room. */
    askAhead(id: ContainerId): Promise<InspectionAnswer> | null {
      if (ahead >= AHEAD_AT_ONCE || limit.activeCount + ahead >= AT_ONCE) return null;
      keepAhead(1);
      return inspect(id, true).finally(() => keepAhead(-1));
    },
  };
}

/** Who waits for what, and what came too late for it. */
function createWaiting(
  works: Map<ContainerId, Work>,
  { now, sleep, onLate }: Pick<UnderWayOptions, 'now' | 'sleep' | 'onLate'>,
) {
  const hanging = new Set<ContainerId>();
  const late = new Map<ContainerId, { readonly answer: InspectionAnswer; readonly at: number }>();
  let isAwaited = false;
  return {
    isHanging: (id: ContainerId) => hanging.has(id),
    lateAnswer(id: ContainerId): InspectionAnswer {
      const found = late.get(id);
      return found !== undefined && now() - found.at <= FRESH_MS ? found.answer : null;
    },
    end(id: ContainerId, answer: InspectionAnswer, isForeseen: boolean) {
      works.delete(id);
      const isLate = hanging.delete(id) && !isAwaited;
      if (!isLate) return;
      // What was asked before the container was seen tells nothing of its address.
      if (!isForeseen) late.set(id, { answer, at: now() });
      onLate();
    },
    async wait(also: readonly Promise<unknown>[], patienceMs: number) {
      const wanted = [...works].filter(([, { isWanted }]) => isWanted);
      const fresh = wanted.flatMap(([id, { answer }]) => (hanging.has(id) ? [] : [answer]));
      if (also.length + fresh.length > 0) {
        isAwaited = true;
        await Promise.race([Promise.all([...also, ...fresh]), sleep(patienceMs)]);
        isAwaited = false;
      }
      late.clear();
      for (const [id, { isWanted }] of works) if (isWanted) hanging.add(id);
    },
  };
}
