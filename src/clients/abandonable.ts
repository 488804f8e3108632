/** A signal that can be given more than once; see `createAbandonable`. */
export interface Abandonable {
  /** For what begins now. */
  readonly signal: AbortSignal;
  /** Ends what has begun so far. */
  abandon(): void;
}

/** @param stopping ends it for good */
export function createAbandonable(stopping: AbortSignal): Abandonable {
  let current = new AbortController();
  stopping.addEventListener('abort', () => current.abort(), { once: true });
  return {
    get signal() {
      return stopping.aborted ? stopping : current.signal;
    },
    abandon() {
      const begun = current;
      current = new AbortController();
      begun.abort();
    },
  };
}
