import pLimit from 'p-limit';
import { messageOf } from '../errors.ts';
import type { ContainerId } from '../model/ids.ts';
import type { InspectReply } from './inspection.ts';
import {
  createInspectionCache,
  type InspectionCache,
  type InspectionState,
} from './inspection-cache.ts';

/** What the inspections need from outside. */
export interface InspectionOptions {
  /** One request with a deadline of its own; `gone` on 404. Rejects if it fails or the reply is malformed. */
  readonly inspect: (id: ContainerId) => Promise<InspectReply | 'gone'>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called when one finishes that no pass waits for (any more): a pass should look again. */
  readonly onLate: () => void;
  /** Longest pause before a failed inspection is tried again, milliseconds. */
  readonly longestRetryMs: number;
}

/**
 * Inspections run beside the passes, a few at a time. What one tells never changes in a container's life,
 * so that each container is inspected successfully once.
 */
export interface Inspections {
  /** Starts what is missing. */
  request(ids: ReadonlySet<ContainerId>): void;
  /** Forgets all other containers. */
  retain(ids: ReadonlySet<ContainerId>): void;
  /**
   * Asks again, known or not: two containers show one address. An answer that came a moment too late for the pass
   * before is this one's. null: no answer, or none a moment ago.
   *
   * @param isLikely the container probably lives, so that its answer comes at once
   */
  confirm(id: ContainerId, isLikely: boolean): Promise<InspectReply | 'gone' | null>;
  /** Whether a pass has waited in vain for the one that is under way. */
  isHanging(id: ContainerId): boolean;
  state(id: ContainerId): InspectionState;
  /**
   * Resolves when `also` have and nothing is under way but what hangs, or when the patience is over. What hangs is not
   * waited for again, so that the passes of a storm stay short: its end is a trigger. `Infinity` waits for all.
   */
  settled(patienceMs: number, also?: readonly Promise<unknown>[]): Promise<void>;
}

/** For how long an answer that came between two passes tells how things are. */
const FRESH_MS = 1_000;
const AT_ONCE = 4;
/**
 * So many of them may be of containers that were asked about before. A dead container's hangs for as long as
 * the list lags: those must not keep the ones waiting of which nothing is known yet.
 */
const AGAIN_AT_ONCE = 2;

type Answer = InspectReply | 'gone' | null;

/** Nothing is requested until a pass asks. */
export function createInspections(options: InspectionOptions): Inspections {
  const cache = createInspectionCache(options.now, options.longestRetryMs);
  const underWay = createUnderWay(cache, options);
  return {
    request(ids) {
      for (const id of ids) if (cache.isDue(id)) void underWay.start(id, false);
    },
    retain: cache.retain,
    confirm: async (id, isLikely) =>
      underWay.lateAnswer(id) ?? (cache.mayAsk(id) ? underWay.start(id, isLikely) : null),
    isHanging: underWay.isHanging,
    state: cache.state,
    async settled(patienceMs, also = []) {
      if (Number.isFinite(patienceMs)) {
        await underWay.wait(also, patienceMs);
        return;
      }
      // Whoever waits for ever only looks, beside the passes: what these wait for is still told to them.
      await Promise.all([...also, ...underWay.all()]);
    },
  };
}

/** What is asked at this moment. */
function createUnderWay(cache: InspectionCache, options: InspectionOptions) {
  const limit = pLimit(AT_ONCE);
  const limitAgain = pLimit(AGAIN_AT_ONCE);
  const works = new Map<ContainerId, Promise<Answer>>();
  const hanging = new Set<ContainerId>();
  /** What a pass waited for in vain, and came before the next one. */
  const late = new Map<ContainerId, { readonly reply: Answer; readonly at: number }>();
  let isAwaited = false;

  const end = (id: ContainerId, reply: Answer) => {
    works.delete(id);
    const isLate = hanging.delete(id) && !isAwaited;
    if (!isLate) return reply;
    late.set(id, { reply, at: options.now() });
    options.onLate();
    return reply;
  };
  return {
    lateAnswer(id: ContainerId): Answer {
      const found = late.get(id);
      return found !== undefined && options.now() - found.at <= FRESH_MS ? found.reply : null;
    },
    all: () => works.values(),
    isHanging: (id: ContainerId) => hanging.has(id),
    start(id: ContainerId, isLikely: boolean): Promise<Answer> {
      const already = works.get(id);
      if (already !== undefined) return already;
      const ask = () => limit(inspect, id, options.inspect, cache);
      const asked = isLikely || cache.isNew(id) ? ask() : limitAgain(ask);
      const work = asked.then((reply) => end(id, reply));
      works.set(id, work);
      return work;
    },
    async wait(also: readonly Promise<unknown>[], patienceMs: number) {
      const fresh = [...works].flatMap(([id, work]) => (hanging.has(id) ? [] : [work]));
      const wanted = [...also, ...fresh];
      if (wanted.length > 0) {
        isAwaited = true;
        await Promise.race([Promise.all(wanted), options.sleep(patienceMs)]);
        isAwaited = false;
      }
      late.clear();
      for (const id of works.keys()) hanging.add(id);
    },
  };
}

async function inspect(
  id: ContainerId,
  ask: InspectionOptions['inspect'],
  cache: InspectionCache,
): Promise<Answer> {
  try {
    const reply = await ask(id);
    cache.keep(id, reply);
    return reply;
  } catch (error) {
    // Decided: an inspection that fails makes this one container unknown, not the pass a failure.
    cache.fail(id, messageOf(error));
    return null;
  }
}
