/** What is next in a queue. */
export type Taken<T> =
  | { readonly kind: 'item'; readonly item: T }
  /** So many items before the next one were dropped. */
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'end' };

/** Items that wait for a consumer. */
export interface BoundedQueue<T> {
  push(item: T): void;
  /** What is next, when there is something. One call at a time. */
  take(): Promise<Taken<T>>;
  /** What waits is dropped; whoever takes is told of the end. */
  end(): void;
}

/** @param limit so many items wait at most; of more the oldest are dropped */
export function createBoundedQueue<T>(limit: number): BoundedQueue<T> {
  let waiting: T[] = [];
  let dropped = 0;
  let isEnded = false;
  let wake: () => void = () => undefined;
  return {
    push(item) {
      if (isEnded) return;
      waiting.push(item);
      if (waiting.length > limit) {
        waiting.shift();
        dropped += 1;
      }
      wake();
    },
    async take() {
      if (waiting.length === 0 && !isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (isEnded) return { kind: 'end' };
      const count = dropped;
      dropped = 0;
      if (count > 0) return { kind: 'dropped', count };
      const [item] = waiting.splice(0, 1);
      return item === undefined ? { kind: 'end' } : { kind: 'item', item };
    },
    end() {
      isEnded = true;
      waiting = [];
      wake();
    },
  };
}
