import { concatMap, from, map, merge, NEVER, type Observable, switchMap, timer } from 'rxjs';

/** Pauses between the settle passes: 50, 100, 200, 400, 800 ms after the event, then every second to 10 s. */
const STEPS_MS = [50, 50, 100, 200, 400, 200, ...Array<number>(9).fill(1_000)];
/** The same without the passes between 50 ms and a second. */
const FEW_STEPS_MS = [50, 950, ...Array<number>(9).fill(1_000)];

/** What the passes follow. */
export interface Settling {
  /** Of what the engine's list may be late to say. */
  readonly changes: Observable<unknown>;
  /** Of what it is hardly late to say, and what does no harm if it is: a container got an address. */
  readonly arrivals: Observable<unknown>;
}

/**
 * The passes that follow an event because the engine's list may lag it, on every version. Counted anew from
 * each event: what is remembered is a time, never what the event said.
 *
 * A container that starts is connected first, some 200 ms before: a pass of that moment would keep the one that
 * routes to it waiting for as long as passes are kept apart.
 */
export function settle({ changes, arrivals }: Settling): Observable<'settle'> {
  const many = changes.pipe(switchMap(() => after(STEPS_MS)));
  const few = merge(
    changes.pipe(map(() => NEVER)),
    arrivals.pipe(map(() => after(FEW_STEPS_MS))),
  ).pipe(switchMap((passes) => passes));
  return merge(many, few).pipe(map(() => 'settle' as const));
}

function after(steps: readonly number[]): Observable<unknown> {
  return from(steps).pipe(concatMap((ms) => timer(ms)));
}
