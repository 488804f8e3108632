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

/** How orders are looked for. */
export interface OrderSources {
  /** All orders as one text; null: that cannot be told now. Where it fails the pass tells of it. */
  readonly readOrders: () => Promise<string | null>;
  /** Whether orders may have changed since this was asked last; true while that is not known. */
  readonly mayOrdersHaveChanged: () => boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * What people order by `drain` and `off`, a look that fronts ask for, and that Redis was emptied, counts within a second,
 * whoever did it: half of that, and the pass.
 */
const LOOK_MS = 500;
/** What Redis did not tell of is seen as late as this. */
export const LOOK_ANYWAY_MS = 10_000;

/** Tells when what is ordered is no longer what it was; at the beginning it is nothing. */
export function orderChanges(sources: OrderSources): Observable<'order'> {
  return timer(LOOK_MS, LOOK_MS).pipe(
    exhaustMap(createLook(sources)),
    filter((text) => text !== null),
    startWith(''),
    distinctUntilChanged(),
    skip(1),
    map(() => 'order' as const),
  );
}

/** Looks where a look is due: soon again after one that told nothing. */
function createLook({ readOrders, mayOrdersHaveChanged, now }: OrderSources) {
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = async () => {
    const began = now();
    lookedAt = Number.NEGATIVE_INFINITY;
    const text = await readOrders();
    if (text !== null) lookedAt = began;
    return text;
  };
  return () => {
    const isDue = mayOrdersHaveChanged() || now() - lookedAt >= LOOK_ANYWAY_MS;
    return isDue ? from(look()).pipe(catchError(() => EMPTY)) : EMPTY;
  };
}
