/** How often something may happen: `burst` times at once, and `perSecond` in the long run. */
export interface RateOptions {
  readonly burst: number;
  readonly perSecond: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Whether it may happen now; if so, it is counted. */
export type Rate = () => boolean;

/** A bucket of tokens, full at first. */
export function createRate({ burst, perSecond, now }: RateOptions): Rate {
  let tokens = burst;
  let at = now();
  return () => {
    const until = now();
    tokens = Math.min(burst, tokens + ((until - at) / 1_000) * perSecond);
    at = until;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
