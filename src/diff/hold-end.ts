import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { readableClaim } from '../model/readable-claim.ts';

/** Whose holds, and who still asks. */
export interface HoldInput {
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
  /** A vhost that a container asks for is held for as long as that is so. */
  readonly desired: ReadonlyMap<string, unknown>;
  readonly owner: Owner;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  readonly holdMs: number;
}

/**
 * How long until the first of our holds ends by time alone, milliseconds; null: none does. One that is over
 * is not among them: the pass at hand could have ended it, and had its reasons if it did not.
 */
export function nextHoldEnd({ frontends, desired, owner, now, holdMs }: HoldInput): number | null {
  let soonest: number | null = null;
  for (const [vhost, frontend] of frontends) {
    const heldSince = readableClaim(frontend, owner)?.heldSince ?? null;
    if (heldSince === null) continue;
    const left = heldSince + holdMs - now;
    if (left <= 0 || left > holdMs || desired.has(vhost)) continue;
    soonest = Math.min(left, soonest ?? left);
  }
  return soonest;
}
