import { FRESH_MS, type Freshness } from './wire/hello.ts';

/** Whether a signed datagram is new; if so, it is remembered. */
export type IsFresh = (freshness: Freshness) => boolean;

/** Only who knows the secret can fill it; whatever comes beyond is refused, never let through. */
const MAX_NONCES = 4_096;

/**
 * Knows what was said within the last minute. The clocks of both sides may be that far apart.
 *
 * @param wallClock milliseconds since 1970
 */
export function createFreshness(wallClock: () => number): IsFresh {
  /** Until when each nonce would count again, in the order in which they came. */
  const seen = new Map<string, number>();
  const forget = (now: number) => {
    for (const [nonce, until] of seen) if (until < now) seen.delete(nonce);
  };
  return ({ time, nonce }) => {
    const now = wallClock();
    if (Math.abs(now - time) > FRESH_MS) return false;
    if (seen.size >= MAX_NONCES) forget(now);
    const until = seen.get(nonce) ?? Number.NEGATIVE_INFINITY;
    if (seen.size >= MAX_NONCES || until >= now) return false;
    seen.set(nonce, time + FRESH_MS);
    return true;
  };
}
