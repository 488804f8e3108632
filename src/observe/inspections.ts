import pLimit from 'p-limit';
import { messageOf } from '../errors.ts';
import type { ContainerId } from '../model/ids.ts';
import { type InspectReply, narrowInspection } from './inspection.ts';
import {
  createInspectionCache,
  type InspectionCache,
  type InspectionState,
} from './inspection-cache.ts';

/** What the inspections need from outside. */
export interface InspectionOptions {
  /** One request with a deadline of its own; `gone` on 404. */
  readonly inspect: (id: ContainerId) => Promise<Record<string, unknown> | 'gone'>;
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
   * Asks again, known or not: two containers show one address. An answer that came too late for the pass
   * before is this one's. null: no answer, or none a moment ago.
   */
  confirm(id: ContainerId): Promise<InspectReply | 'gone' | null>;
  state(id: ContainerId): InspectionState;
  /** Resolves when nothing is under way, or when the patience is over (`Infinity`: never). */
  settled(patienceMs: number): Promise<void>;
}

const AT_ONCE = 4;
/**
 * So many of them may be of containers that were asked about before. A dead container's hangs for as long as
 * the list lags: those must not keep the ones waiting of which nothing is known yet.
 */
const AGAIN_AT_ONCE = 2;

/** Nothing is requested until a pass asks. */
export function createInspections(options: InspectionOptions): Inspections {
  const limit = pLimit(AT_ONCE);
  const limitAgain = pLimit(AGAIN_AT_ONCE);
  const cache = createInspectionCache(options.now, options.longestRetryMs);
  const underWay = new Map<ContainerId, Promise<InspectReply | 'gone' | null>>();
  /** Those that a pass waits for at this moment. */
  let awaited: ReadonlySet<ContainerId> = new Set();
  /** What came since the last pass stopped waiting. */
  const late = new Map<ContainerId, InspectReply | 'gone'>();

  const start = (id: ContainerId) => {
    const already = underWay.get(id);
    if (already !== undefined) return already;
    const ask = () => limit(inspect, id, options.inspect, cache);
    const work = (cache.isNew(id) ? ask() : limitAgain(ask)).then((reply) => {
      underWay.delete(id);
      if (awaited.has(id)) return reply;
      if (reply !== null) late.set(id, reply);
      options.onLate();
      return reply;
    });
    underWay.set(id, work);
    return work;
  };
  const confirm = async (id: ContainerId) => late.get(id) ?? (cache.mayAsk(id) ? start(id) : null);

  return {
    request(ids) {
      for (const id of ids) if (!underWay.has(id) && cache.isDue(id)) void start(id);
    },
    retain: cache.retain,
    confirm,
    state: cache.state,
    settled: async (patienceMs) => {
      if (Number.isFinite(patienceMs)) late.clear();
      if (underWay.size === 0) return;
      const all = Promise.all(underWay.values());
      if (!Number.isFinite(patienceMs)) {
        // Whoever waits for ever only looks, beside the passes: these still want to be told.
        await all;
        return;
      }
      awaited = new Set(underWay.keys());
      await Promise.race([all, options.sleep(patienceMs)]);
      awaited = new Set();
    },
  };
}

async function inspect(
  id: ContainerId,
  ask: InspectionOptions['inspect'],
  cache: InspectionCache,
): Promise<InspectReply | 'gone' | null> {
  try {
    const raw = await ask(id);
    const reply = raw === 'gone' ? raw : narrowInspection(raw);
    if (reply === null) cache.fail(id, 'its inspection is malformed');
    else cache.keep(id, reply);
    return reply;
  } catch (error) {
    // Decided: an inspection that fails makes this one container unknown, not the pass a failure.
    cache.fail(id, messageOf(error));
    return null;
  }
}
