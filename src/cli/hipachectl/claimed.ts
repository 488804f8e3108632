import type { ObservedFrontend } from '../../model/frontend.ts';
import { readableClaims } from '../../model/readable-claim.ts';

/** The owners that claim one of these texts, or anything, or hold the vhost where `texts` is null. */
export function claimantsOf(
  frontend: ObservedFrontend | undefined,
  texts: readonly string[] | null,
): readonly string[] {
  if (frontend === undefined) return [];
  return readableClaims(frontend).flatMap(([owner, claim]) => {
    const claims =
      texts === null
        ? claim.backends.size > 0 || claim.heldSince !== null
        : texts.some((text) => claim.backends.has(text));
    return claims ? [owner] : [];
  });
}

/** The first item of the list; null: there is none. */
export function identifierOf(frontend: ObservedFrontend | undefined): string | null {
  return frontend?.list.kind === 'list' ? frontend.list.identifier : null;
}
