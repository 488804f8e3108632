import type { Claim, ObservedFrontend } from './frontend.ts';
import type { Owner } from './ids.ts';

/** What an owner claims of a vhost; null: nothing, or text that cannot be read as a claim. */
export function readableClaim(
  { claims }: Pick<ObservedFrontend, 'claims'>,
  owner: Owner,
): Claim | null {
  const claim = claims.get(owner);
  return claim === undefined || claim === 'malformed' ? null : claim;
}

/** Every claim of a vhost that can be read, with its owner. */
export function readableClaims({
  claims,
}: Pick<ObservedFrontend, 'claims'>): readonly (readonly [Owner, Claim])[] {
  return [...claims].filter((entry): entry is [Owner, Claim] => entry[1] !== 'malformed');
}
