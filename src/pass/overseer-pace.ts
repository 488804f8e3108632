import { growingMs } from '../model/growing-pause.ts';

/**
 * What came of a look. `refused`: the engine is no manager, or its managers do not agree who leads; `another`: another
 * controller does it; `changed`: the managers told something else than in the look before; `updating`: the same, while
 * they replace tasks of a service; `same`: the same.
 */
export type LookResult = 'refused' | 'another' | 'changed' | 'updating' | 'same';

/** `worker`: nobody looked, as the engine is no manager; `failed`: not all could be seen. */
export type Turn = LookResult | 'worker' | 'failed';

/** The turns of whoever is elected. */
export const LOOKED: ReadonlySet<Turn> = new Set(['changed', 'updating', 'same']);

/** When to look at the swarm again; see `createPace`. */
export interface Pace {
  /**
   * How long to wait now, milliseconds.
   *
   * @param rang whether managers told of a change since the turn before
   */
  waitMs(turn: Turn, rang: boolean): number;
}

/** How often managers are asked while something changes, and for how long after it did. */
const BUSY_MS = 500;
const BUSY_FOR_MS = 10_000;
/** And else. */
const CALM_MS = 5_000;
/** After a look that failed: what it would have seen may end in 3 s, and its owner takes a second to hear of it. */
const FAILED = { firstMs: BUSY_MS, longestMs: 1_500 };
/** Between looks whoever is elected says so often that it is at work. */
export const STAY_MS = 1_000;
/**
 * Two signs may be lost, or a look take as long, before another controller does it: until then nobody gives notice. It
 * harms nobody where two look for a moment, as both write what managers tell them.
 */
export const OVERSEER_LEASE_MS = 3 * STAY_MS;

const WAITS: Readonly<Record<Exclude<Turn, 'failed'>, number>> = {
  changed: BUSY_MS,
  // No event tells when an update goes on to its next tasks, perhaps minutes later, and 3 s before it ends these.
  updating: 1_000,
  same: CALM_MS,
  // Whether nobody looks any more.
  another: 1_000,
  refused: CALM_MS,
  // Whether it has become a manager.
  worker: 30_000,
};

/**
 * The pace of looks: Swarm gives three seconds from the moment when it wants a task no more.
 *
 * @param now monotonic milliseconds
 */
export function createPace(now: () => number): Pace {
  let busyUntil = Number.NEGATIVE_INFINITY;
  let failures = 0;
  return {
    waitMs(turn, rang) {
      failures = turn === 'failed' ? failures + 1 : 0;
      if (turn === 'changed' || rang) busyUntil = now() + BUSY_FOR_MS;
      if (turn === 'failed') return growingMs(FAILED, failures);
      const isBusy = LOOKED.has(turn) && now() < busyUntil;
      return isBusy ? BUSY_MS : WAITS[turn];
    },
  };
}
