import type { Claim, FrontendList, ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Change, ListSnapshot } from '../model/plan.ts';

/**
 * The frontends as they stand once these changes are made, for status and metrics between two passes.
 *
 * @param now milliseconds, Redis' clock: since when what is held from now on is held, nearly enough
 */
export function afterwards(
  observed: ReadonlyMap<string, ObservedFrontend>,
  changes: readonly Change[],
  { owner, now }: { readonly owner: Owner; readonly now: number },
): ReadonlyMap<string, ObservedFrontend> {
  if (changes.length === 0) return observed;
  const frontends = new Map(observed);
  for (const { kind, vhost, after, write, claimBefore } of changes) {
    const claims = new Map(observed.get(vhost)?.claims ?? []);
    const heldSince = Math.min(claimBefore.heldSince ?? now, now);
    const claim = kind === 'release' ? null : claimAfter(after, write.backends, heldSince);
    if (claim === null) claims.delete(owner);
    else claims.set(owner, claim);
    const before = observed.get(vhost)?.options;
    const options = optionsAfter(before, owner, claim === null ? '' : write.options);
    const asked = options.size === 0 ? {} : { options };
    frontends.set(vhost, { vhost, list: listOf(after), claims, ...asked });
  }
  return frontends;
}

function claimAfter(
  after: ListSnapshot,
  backends: Change['write']['backends'],
  heldSince: number,
): Claim | null {
  if (after === null) return null;
  if (after.entries.length === 0) return { backends: new Map(), heldSince };
  if (backends.length === 0) return null;
  return { backends: new Map(backends.map(({ url, ids }) => [url, ids])), heldSince: null };
}

function optionsAfter(
  before: ObservedFrontend['options'],
  owner: Owner,
  text: string | undefined,
): ReadonlyMap<Owner, string> {
  const options = new Map(before ?? []);
  if (text === '') options.delete(owner);
  else if (text !== undefined) options.set(owner, text);
  return options;
}

function listOf(after: ListSnapshot): FrontendList {
  return after === null ? { kind: 'absent' } : { kind: 'list', ...after };
}
