import { concatMap, from, map, type Observable, switchMap, timer } from 'rxjs';

/** Pauses between the settle passes: 50, 100, 200, 400, 800 ms after the event, then every second to 10 s. */
const STEPS_MS = [50, 50, 100, 200, 400, 200, ...Array<number>(9).fill(1_000)];

/**
 * The passes that follow an event because the engine's list may lag it, on every version. Counted anew from
 * each event: what is remembered is a time, never what the event said.
 */
export function settle(events: Observable<unknown>): Observable<'settle'> {
  return events.pipe(
    switchMap(() => from(STEPS_MS).pipe(concatMap((ms) => timer(ms)))),
    map(() => 'settle' as const),
  );
}
