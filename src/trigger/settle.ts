import { map, merge, NEVER, type Observable, switchMap } from 'rxjs';
import { inSteps, type Look, SETTLE } from './looks.ts';

/** Pauses between the settle passes: 50, 100, 200, 400, 800 ms after the event, then every second to 10 s. */
const STEPS_MS = [50, 50, 100, 200, 400, 200, ...Array<number>(9).fill(1_000)];
/** 50 ms after the look at a connection, and every second to 10 s. */
const ARRIVAL_STEPS_MS = [50, 950, ...Array<number>(9).fill(1_000)];
/** Every second to 10 s. */
const SIGNAL_STEPS_MS = Array<number>(10).fill(1_000);

/** What the passes follow. */
export interface Settling {
  /** Of which the engine's list may be late to tell. */
  readonly changes: Observable<unknown>;
  /** A container got an address: if it starts, another event says so. */
  readonly arrivals: Observable<unknown>;
  /** A container got a signal: if it ends of it, another event says so. */
  readonly signals: Observable<unknown>;
}

/**
 * The passes that follow an event of an engine whose list may lag each of them, and those that follow a start. Counted
 * anew from each event: what is remembered is a time, never what the event said. Where a list takes long, they are fewer.
 *
 * Few follow what another event follows: a container is connected some 200 ms before it starts, and killed 100 to
 * 200 ms before it is said to be dead. A pass just before that would keep the one that matters waiting for as long
 * as passes are kept apart.
 */
export function settle(
  { changes, arrivals, signals }: Settling,
  listMs: () => number,
): Observable<Look> {
  const after = (stepsMs: readonly number[]) => inSteps(stepsMs, listMs);
  const many = changes.pipe(switchMap(() => after(STEPS_MS)));
  const few = merge(
    changes.pipe(map(() => NEVER)),
    arrivals.pipe(map(() => after(ARRIVAL_STEPS_MS))),
    signals.pipe(map(() => after(SIGNAL_STEPS_MS))),
  ).pipe(switchMap((passes) => passes));
  return merge(many, few).pipe(map(() => SETTLE));
}
