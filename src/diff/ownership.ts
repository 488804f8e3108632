import type { Claim, ObservedFrontend, OwnedBackend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';

/** One entry of a frontend's list, with who claims it. Its position is its slot. */
export interface ClaimedBackend {
  readonly url: string;
  /** null: foreign. */
  readonly owner: Owner | null;
  /** Short ids of the containers that it stands for; none if it is foreign. */
  readonly containers: readonly string[];
}

/**
 * Says of every entry of a list whose it is. Of equal copies the last ones are ours, those that other
 * owners claim come before them, the rest is foreign.
 */
export function ownedBackends(frontend: ObservedFrontend, owner: Owner): readonly OwnedBackend[] {
  return claimedBackends(frontend, owner).map(({ url, owner: claimant, containers }) => {
    if (claimant === null) return { url, owner: 'foreign', containers };
    return { url, owner: claimant === owner ? 'self' : 'other', containers };
  });
}

/**
 * The same with names.
 *
 * @param self whose copies are the last of equal ones; null: nobody's in particular
 */
export function claimedBackends(
  { list, claims }: ObservedFrontend,
  self: Owner | null,
): readonly ClaimedBackend[] {
  if (list.kind !== 'list') return [];
  const others = [...claims].filter(([name]) => name !== self);
  const own = [...claims].filter(([name]) => name === self);
  const holders = new Map<string, ClaimedBackend[]>();
  for (const [url, copies] of countOf(list.entries)) {
    const theirs = others.flatMap(([owner, claim]) => claimed(owner, claim, url)).slice(0, copies);
    const mine = own.flatMap(([owner, claim]) => claimed(owner, claim, url));
    const ours = mine.slice(0, copies - theirs.length);
    const foreign = Array<null>(copies - theirs.length - ours.length).fill(null);
    holders.set(url, [
      ...foreign.map((): ClaimedBackend => ({ url, owner: null, containers: [] })),
      ...theirs,
      ...ours,
    ]);
  }
  return list.entries.flatMap((url) => holders.get(url)?.shift() ?? []);
}

function countOf(entries: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}

function claimed(owner: Owner, claim: Claim | 'malformed', url: string): readonly ClaimedBackend[] {
  const ids = claim === 'malformed' ? [] : (claim.backends.get(url) ?? []);
  return ids.map((id) => ({ url, owner, containers: [id] }));
}
