import { FRESH_MS, type Freshness } from '../wire/hello.ts';

/** Whether a signed datagram is new; if so, it is remembered. */
export type IsFresh = (freshness: Freshness) => boolean;

/** More than 64 plugins may say in the two minutes that a time may count. Only who knows the secret can fill it; whatever comes beyond is refused, never let through. */
const MAX_NONCES = 160_000;
/** A full memory is looked through no more often than this. */
const FORGET_MS = 1_000;

/**
 * Knows what was said within the last minute. The clocks of both sides may be that far apart. What was said before
 * it was made is refused: an earlier run may have taken it.
 *
 * @param wallClock milliseconds since 1970
 */
export function createFreshness(wallClock: () => number): IsFresh {
  /** Until when each nonce would count again, in the order in which they came. */
  const seen = new Map<string, number>();
  const began = wallClock();
  let forgotAt = Number.NEGATIVE_INFINITY;
  const forget = (now: number) => {
    if (now - forgotAt < FORGET_MS) return;
    forgotAt = now;
    for (const [nonce, until] of seen) if (until < now) seen.delete(nonce);
  };
  return ({ time, nonce }) => {
    const now = wallClock();
    if (Math.abs(now - time) > FRESH_MS || time < began) return false;
    if (seen.size >= MAX_NONCES) forget(now);
    const until = seen.get(nonce) ?? Number.NEGATIVE_INFINITY;
    if (seen.size >= MAX_NONCES || until >= now) return false;
    seen.set(nonce, time + FRESH_MS);
    return true;
  };
}
