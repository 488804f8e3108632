import { concatMap, from, map, merge, NEVER, type Observable, switchMap, timer } from 'rxjs';

/** Pauses between the settle passes: 50, 100, 200, 400, 800 ms after the event, then every second to 10 s. */
const STEPS_MS = [50, 50, 100, 200, 400, 200, ...Array<number>(9).fill(1_000)];
/** Every second to 10 s. */
const FEW_STEPS_MS = Array<number>(10).fill(1_000);

/** What the passes follow. */
export interface Settling {
  /** Of which the engine's list may be late to tell. */
  readonly changes: Observable<unknown>;
  /** After which another event tells what matters. */
  readonly heralds: Observable<unknown>;
}

/**
 * The passes that follow an event because the engine's list may lag it, on every version. Counted anew from
 * each event: what is remembered is a time, never what the event said.
 *
 * A herald has few: a container is connected some 200 ms before it starts, and a signal sent as long before it
 * dies. A pass just before that would keep the one that matters waiting for as long as passes are kept apart.
 */
export function settle({ changes, heralds }: Settling): Observable<'settle'> {
  const many = changes.pipe(switchMap(() => after(STEPS_MS)));
  const few = merge(
    changes.pipe(map(() => NEVER)),
    heralds.pipe(map(() => after(FEW_STEPS_MS))),
  ).pipe(switchMap((passes) => passes));
  return merge(many, few).pipe(map(() => 'settle' as const));
}

function after(steps: readonly number[]): Observable<unknown> {
  return from(steps).pipe(concatMap((ms) => timer(ms)));
}
