import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';

/** Whose holds, and who still asks. */
export interface HoldInput {
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
  /** A vhost that a container asks for is held for as long as that is so. */
  readonly desired: ReadonlyMap<string, unknown>;
  readonly owner: Owner;
  readonly holdMs: number;
}

/** When the first of our holds ends by time alone, milliseconds of Redis' clock; null: none does. */
export function nextHoldEnd({ frontends, desired, owner, holdMs }: HoldInput): number | null {
  let soonest: number | null = null;
  for (const [vhost, { claims }] of frontends) {
    const claim = claims.get(owner);
    if (claim === undefined || claim === 'malformed' || claim.heldSince === null) continue;
    const end = claim.heldSince + holdMs;
    if (!desired.has(vhost) && (soonest === null || end < soonest)) soonest = end;
  }
  return soonest;
}
