import {
  catchError,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  from,
  map,
  type Observable,
  skip,
  startWith,
  timer,
} from 'rxjs';

/**
 * What people order by `drain` and `off`, a look that fronts ask for, and that Redis was emptied, counts within a second,
 * whoever did it: half of that, and the pass.
 */
const LOOK_MS = 500;

/**
 * Tells when what is ordered is no longer what it was; at the beginning it is nothing.
 *
 * @param read all orders as one text; null: that cannot be told now. Where it fails the pass tells of it
 */
export function orderChanges(read: () => Promise<string | null>): Observable<'order'> {
  return timer(LOOK_MS, LOOK_MS).pipe(
    exhaustMap(() => from(read()).pipe(catchError(() => EMPTY))),
    filter((text) => text !== null),
    startWith(''),
    distinctUntilChanged(),
    skip(1),
    map(() => 'order' as const),
  );
}
