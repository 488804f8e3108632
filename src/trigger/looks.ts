import { concatMap, defer, from, type Observable, timer } from 'rxjs';
import type { EventAction } from './docker-event.ts';

/** An event of the engine, and when it came, monotonic milliseconds. */
export interface HeardEvent {
  readonly action: EventAction;
  /** null: it did not say. */
  readonly container: string | null;
  readonly at: number;
}

/** A reason to look: an event, with its time for a metric alone, or that the list may have been late to tell of one. */
export type Look =
  | { readonly reason: 'event'; readonly eventAt: number }
  | { readonly reason: 'settle' };

/** That the engine's list may have been late. */
export const SETTLE: Look = { reason: 'settle' };

/** That an event came. */
export function lookFor({ at }: HeardEvent): Look {
  return { reason: 'event', eventAt: at };
}

/** A list that takes the engine long is asked for less often, so that what follows an event takes a fifth of its time. */
const REST_PER_LIST = 4;
/** Longer than this no route waits for a list that is right. */
const LONGEST_REST_MS = 1_000;

/**
 * One look after the other.
 *
 * @param stepsMs the pauses between them, the first from now on
 * @param listMs how long the last list took; it may make the pauses longer
 */
export function inSteps(stepsMs: readonly number[], listMs: () => number): Observable<unknown> {
  const restMs = () => Math.min(LONGEST_REST_MS, REST_PER_LIST * listMs());
  return from(stepsMs).pipe(concatMap((ms) => defer(() => timer(Math.max(ms, restMs())))));
}
