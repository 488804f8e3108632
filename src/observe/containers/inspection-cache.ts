import type { Inspection } from '../../model/container.ts';
import { growingMs } from '../../model/growing-pause.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { InspectReply } from './inspection.ts';

/** What is known of a container's inspection at this moment. */
export type InspectionState =
  | { readonly kind: 'known'; readonly inspection: Inspection }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown'; readonly why: string };

/** What inspections told. Can be lost at any moment, which costs only requests. */
export interface InspectionCache {
  keep(id: ContainerId, reply: InspectReply | 'gone'): void;
  /** Remembers why, and not to ask again before a growing pause is over. */
  fail(id: ContainerId, why: string): void;
  state(id: ContainerId): InspectionState;
  /** Never asked about with an answer, good or bad. */
  isNew(id: ContainerId): boolean;
  /** Did not fail a moment ago. */
  mayAsk(id: ContainerId): boolean;
  /** Neither known nor failed a moment ago. */
  isDue(id: ContainerId): boolean;
  /** Whether not too many are expected. */
  mayExpect(): boolean;
  /** Keeps what is told of a container that is not listed yet, for a minute. */
  expect(id: ContainerId): void;
  /** Forgets all others but those that are expected. */
  retain(ids: ReadonlySet<ContainerId>): void;
}

const FIRST_RETRY_MS = 1_000;
const EXPECTED_MS = 60_000;
/** Each may keep as much text as its owner wrote. */
const MAX_EXPECTED = 100;

interface FailedInspection {
  readonly why: string;
  readonly times: number;
  readonly retryAt: number;
}

/**
 * @param now monotonic milliseconds
 * @param longestRetryMs the pauses after failures double from a second up to this
 */
export function createInspectionCache(now: () => number, longestRetryMs: number): InspectionCache {
  const known = new Map<ContainerId, Inspection | 'gone'>();
  const failed = new Map<ContainerId, FailedInspection>();
  /** Until when. */
  const expected = new Map<ContainerId, number>();
  const mayAsk = (id: ContainerId) => (failed.get(id)?.retryAt ?? 0) <= now();
  return {
    keep(id, reply) {
      failed.delete(id);
      if (reply === 'gone') known.set(id, reply);
      // The first answer stays, so that its identity does: later stages memoise on it.
      else if (!known.has(id)) known.set(id, lastingOf(reply));
    },
    fail(id, why) {
      const times = (failed.get(id)?.times ?? 0) + 1;
      const pauseMs = growingMs({ firstMs: FIRST_RETRY_MS, longestMs: longestRetryMs }, times);
      failed.set(id, { why, times, retryAt: now() + pauseMs });
    },
    state(id) {
      const inspection = known.get(id);
      if (inspection === 'gone') return { kind: 'gone' };
      if (inspection !== undefined) return { kind: 'known', inspection };
      return { kind: 'unknown', why: failed.get(id)?.why ?? 'its inspection is under way' };
    },
    isNew: (id) => !(known.has(id) || failed.has(id)),
    mayAsk,
    isDue: (id) => !known.has(id) && mayAsk(id),
    mayExpect() {
      drop(expected, (_id, until) => until < now());
      return expected.size < MAX_EXPECTED;
    },
    expect: (id) => void expected.set(id, now() + EXPECTED_MS),
    retain(ids) {
      drop(expected, (id, until) => ids.has(id) || until < now());
      const isForgotten = (id: ContainerId) => !(ids.has(id) || expected.has(id));
      drop(known, isForgotten);
      drop(failed, isForgotten);
    },
  };
}

function drop<T>(map: Map<ContainerId, T>, isOver: (id: ContainerId, value: T) => boolean): void {
  for (const [id, value] of map) if (isOver(id, value)) map.delete(id);
}

/** Without what was true at that moment alone. */
function lastingOf(reply: InspectReply): Inspection {
  const { env, exposedPorts, hasHealthcheck, firstProbeMs, ...others } = reply;
  const { networkMode, bound, hasOwnLabels, stopSignal } = others;
  return {
    ...{ env, exposedPorts, hasHealthcheck, firstProbeMs },
    ...{ networkMode, bound, hasOwnLabels, stopSignal },
  };
}
