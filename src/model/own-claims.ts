import type { Claim, ObservedFrontend } from './frontend.ts';
import type { Owner, ShortId } from './ids.ts';
import { readableClaim } from './readable-claim.ts';

/** What an owner claims, by vhost. */
export type OwnClaims = Iterable<readonly [vhost: string, claim: Claim]>;

/** What this owner claims; put together at each walk, as it is seldom looked at. */
export function ownClaims(
  owner: Owner,
  frontends: ReadonlyMap<string, ObservedFrontend>,
): OwnClaims {
  return {
    *[Symbol.iterator]() {
      for (const [vhost, frontend] of frontends) {
        const claim = readableClaim(frontend, owner);
        if (claim !== null) yield [vhost, asItWas(claim)];
      }
    },
  };
}

/** Whether a backend is claimed in an id. Looked at only when the engine shows a container's health set back. */
export function routedIn(claims: OwnClaims): (id: ShortId) => boolean {
  let ids: ReadonlySet<string> | null = null;
  return (id) => {
    ids ??= new Set([...claims].flatMap(([, { backends }]) => [...backends.values()].flat()));
    return ids.has(id);
  };
}

/** What others took out while this owner was lapsed is what it had. */
function asItWas(claim: Claim): Claim {
  return claim.lapsed === undefined ? claim : { backends: claim.lapsed, heldSince: null };
}
