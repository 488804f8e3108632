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
  for (const [url, copies] of countOf(list.entries)) {
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

function countOf(entries: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}

function idsFor(claim: Claim | 'malformed' | undefined, url: string): readonly string[] {
  return claim === undefined || claim === 'malformed' ? [] : (claim.backends.get(url) ?? []);
}
