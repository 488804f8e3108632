import type { Claim, ObservedFrontend, OwnedBackend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';

/**
 * Says of every entry of a list whose it is. Of equal copies the last ones are ours, those that other
 * owners claim come before them, the rest is foreign.
 */
export function ownedBackends(
  { list, claims }: ObservedFrontend,
  owner: Owner,
): readonly OwnedBackend[] {
  if (list.kind !== 'list') return [];
  const others = [...claims].filter(([name]) => name !== owner).map(([, claim]) => claim);
  const holders = new Map<string, OwnedBackend[]>();
  for (const url of new Set(list.entries)) {
    const copies = list.entries.filter((entry) => entry === url).length;
    const mine = idsFor(claims.get(owner), url);
    const theirs = others.flatMap((claim) => idsFor(claim, url)).slice(0, copies);
    const own = mine.slice(0, copies - theirs.length);
    const foreign = Array<null>(copies - theirs.length - own.length).fill(null);
    holders.set(url, [
      ...foreign.map((): OwnedBackend => ({ url, owner: 'foreign', containers: [] })),
      ...theirs.map((id): OwnedBackend => ({ url, owner: 'other', containers: [id] })),
      ...own.map((id): OwnedBackend => ({ url, owner: 'self', containers: [id] })),
    ]);
  }
  return list.entries.flatMap((url) => holders.get(url)?.shift() ?? []);
}

function idsFor(claim: Claim | 'malformed' | undefined, url: string): readonly string[] {
  return claim === undefined || claim === 'malformed' ? [] : (claim.backends.get(url) ?? []);
}
