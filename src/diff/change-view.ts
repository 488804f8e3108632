import type { Claim } from '../model/frontend.ts';
import type { Change, ListSnapshot } from '../model/plan.ts';

/** One backend that a change brings or takes. */
export interface BackendChange {
  readonly url: string;
  /** How many copies of it. */
  readonly copies: number;
  /** Short ids of the containers that it stands for, each once; none if it is foreign. */
  readonly containers: readonly string[];
}

/** What a change does to the backends of its vhost. */
export interface ChangeView {
  readonly removed: readonly BackendChange[];
  readonly added: readonly BackendChange[];
}

/** The difference between the list as it was and as it is to be, with the containers behind it. */
export function changeView({ before, after, claimBefore, write }: Change): ChangeView {
  const was = copiesIn(before);
  const is = copiesIn(after);
  const wanted: Claim['backends'] = new Map(write.backends.map(({ url, ids }) => [url, ids]));
  return {
    removed: missing(was, is, claimBefore.backends),
    added: missing(is, was, wanted),
  };
}

/** What stands more often in one list than in the other, in the order of its first slots. */
function missing(
  here: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, number>,
  ids: Claim['backends'],
): readonly BackendChange[] {
  return [...here].flatMap(([url, n]) => {
    const copies = n - (there.get(url) ?? 0);
    return copies > 0 ? [{ url, copies, containers: [...new Set(ids.get(url))] }] : [];
  });
}

function copiesIn(list: ListSnapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of list?.entries ?? []) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  return counts;
}
