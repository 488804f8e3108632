/** What is next in a queue. */
export type Taken<T> =
  | { readonly kind: 'item'; readonly item: T }
  /** What waited before the next item was dropped; so much it counted. */
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'end' };

/** Items that wait for a consumer. */
export interface BoundedQueue<T> {
  push(item: T): void;
  /** Puts an item before all that waits and before what was dropped; it is not dropped itself. */
  pushFirst(item: T): void;
  /** Whether something that matches waits. */
  has(matches: (item: T) => boolean): boolean;
  /** Takes away what matches, as if it had never been pushed. */
  remove(matches: (item: T) => boolean): void;
  /** What is next, when there is something. One call at a time. */
  take(): Promise<Taken<T>>;
  /** What waits is dropped; whoever takes is told of the end. */
  end(): void;
}

/**
 * Drops everything that waits when there is no room for one more: a consumer that is too slow is told so once and
 * goes on with what is new, instead of following at a distance and losing one item after the other.
 *
 * @param limit so many items wait at most
 * @param countOf how much an item counts when it is dropped
 */
export function createBoundedQueue<T>(
  limit: number,
  countOf: (item: T) => number,
): BoundedQueue<T> {
  let first: readonly T[] = [];
  let waiting: T[] = [];
  /** null: nothing was dropped since the consumer was told. */
  let dropped: number | null = null;
  let isEnded = false;
  let wake: () => void = () => undefined;
  return {
    push(item) {
      if (isEnded) return;
      if (waiting.length >= limit) {
        dropped = waiting.reduce((sum, one) => sum + countOf(one), dropped ?? 0);
        waiting = [];
      }
      waiting.push(item);
      wake();
    },
    pushFirst(item) {
      first = isEnded ? first : [...first, item];
      wake();
    },
    has: (matches) => [...first, ...waiting].some(matches),
    remove(matches) {
      first = first.filter((item) => !matches(item));
      waiting = waiting.filter((item) => !matches(item));
    },
    async take() {
      if (first.length + waiting.length === 0 && dropped === null && !isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (isEnded) return { kind: 'end' };
      const [foremost, ...others] = first;
      if (foremost !== undefined) {
        first = others;
        return { kind: 'item', item: foremost };
      }
      const count = dropped;
      dropped = null;
      if (count !== null) return { kind: 'dropped', count };
      const [item] = waiting.splice(0, 1);
      return item === undefined ? { kind: 'end' } : { kind: 'item', item };
    },
    end() {
      isEnded = true;
      first = [];
      waiting = [];
      wake();
    },
  };
}
