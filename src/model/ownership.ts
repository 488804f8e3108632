import { compareText } from './compare.ts';
import type { Claim, ObservedFrontend, OwnedBackend } from './frontend.ts';
import type { Owner } from './ids.ts';
import { readableClaims } from './readable-claim.ts';

/** The frontends in which an owner claims something, in the order of vhosts. */
export function claimedFrontends(
  owner: Owner,
  frontends: ReadonlyMap<string, ObservedFrontend>,
): readonly ObservedFrontend[] {
  return [...frontends.values()]
    .filter(({ claims }) => claims.has(owner))
    .sort((a, b) => compareText(a.vhost, b.vhost));
}

/**
 * Says of every entry of a list whose it is. Of equal copies the last ones are ours, those that other
 * owners claim come before them, the rest is foreign.
 *
 * @param self whose copies are the last of equal ones; null: nobody's in particular
 */
export function ownedBackends(
  frontend: ObservedFrontend,
  self: Owner | null,
): readonly OwnedBackend[] {
  const { list } = frontend;
  if (list.kind !== 'list') return [];
  const claims = readableClaims(frontend);
  const others = claims.filter(([name]) => name !== self);
  const own = claims.filter(([name]) => name === self);
  const holders = new Map<string, OwnedBackend[]>();
  for (const [url, copies] of countOf(list.entries)) {
    const theirs = others.flatMap(claimedAs('other', url)).slice(0, copies);
    const mine = own.flatMap(claimedAs('self', url));
    const ours = mine.slice(0, copies - theirs.length);
    const foreign = Array.from(
      { length: copies - theirs.length - ours.length },
      (): OwnedBackend => ({ url, owner: 'foreign', ownerId: null, containers: [] }),
    );
    holders.set(url, [...foreign, ...theirs, ...ours]);
  }
  return list.entries.flatMap((url) => holders.get(url)?.shift() ?? []);
}

function countOf(entries: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}

function claimedAs(owner: OwnedBackend['owner'], url: string) {
  return ([ownerId, claim]: readonly [Owner, Claim]): readonly OwnedBackend[] => {
    const ids = claim.backends.get(url) ?? [];
    return ids.map((id) => ({ url, owner, ownerId, containers: [id] }));
  };
}
