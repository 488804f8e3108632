import { messageOf } from '../../errors.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { InspectReply } from './inspection.ts';
import {
  createInspectionCache,
  type InspectionCache,
  type InspectionState,
} from './inspection-cache.ts';
import { createUnderWay, type InspectionAnswer } from './inspections-under-way.ts';

/** What the inspections need from outside. */
export interface InspectionOptions {
  /** One request with a deadline of its own; `gone` on 404. Rejects if it fails or the reply is malformed. */
  readonly inspect: (id: ContainerId) => Promise<InspectReply | 'gone'>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called when one finishes that a pass waited for in vain: a pass should look again. */
  readonly onLate: () => void;
  /** Longest pause before a failed inspection is tried again, milliseconds. */
  readonly longestRetryMs: number;
}

/**
 * Inspections run beside the passes, a few at a time. What one tells never changes in a container's life,
 * so that each container is inspected successfully once.
 */
export interface Inspections {
  /** A container was created: a pass will ask for it if it starts. May come to nothing. */
  foresee(id: ContainerId): void;
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

/** Nothing is requested until a pass asks, or an event tells what one will ask. */
export function createInspections(options: InspectionOptions): Inspections {
  const cache = createInspectionCache(options.now, options.longestRetryMs);
  const inspect = (id: ContainerId, isForeseen: boolean) =>
    attempt(() => options.inspect(id), { id, isForeseen, cache });
  const underWay = createUnderWay({ ...options, inspect, isNew: cache.isNew });
  return {
    foresee(id) {
      if (cache.isNew(id) && cache.mayExpect() && underWay.foresee(id)) cache.expect(id);
    },
    request(ids) {
      for (const id of ids) if (cache.isDue(id)) underWay.request(id);
    },
    retain: cache.retain,
    confirm: async (id, isLikely) =>
      underWay.lateAnswer(id) ?? (cache.mayAsk(id) ? underWay.confirm(id, isLikely) : null),
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

interface Attempt {
  readonly id: ContainerId;
  readonly isForeseen: boolean;
  readonly cache: InspectionCache;
}

async function attempt(
  ask: () => Promise<InspectReply | 'gone'>,
  { id, isForeseen, cache }: Attempt,
): Promise<InspectionAnswer> {
  try {
    const reply = await ask();
    if (reply !== 'gone' || !isForeseen) cache.keep(id, reply);
    return reply;
  } catch (error) {
    // Decided: an inspection that fails makes this one container unknown, not the pass a failure; and one that
    // nobody asked for does not keep a pass from asking.
    if (!isForeseen) cache.fail(id, messageOf(error));
    return null;
  }
}
