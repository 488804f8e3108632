import { compareText } from '../../../src/model/compare.ts';
import type { Claim, DesiredFrontend, ObservedFrontend } from '../../../src/model/frontend.ts';
import type { BackendUrl, Owner, ShortId, Vhost } from '../../../src/model/ids.ts';

/** Builders for both sides of a diff, so that a test reads as what stands in Redis and what is wanted. */
export const OWNER = 'engine-1' as Owner;
export const OTHER = 'engine-2' as Owner;

type Ids = Readonly<Record<string, readonly string[]>>;

export function claim(backends: Ids, heldSince: number | null = null): Claim {
  return { backends: new Map(Object.entries(backends)), heldSince };
}

/** A frontend with a list (null: no key) and the claims of owners. */
export function observed(
  vhost: string,
  entries: readonly string[] | null,
  claims: Readonly<Record<string, Claim | 'malformed'>> = {},
): ObservedFrontend {
  return {
    vhost,
    list: entries === null ? { kind: 'absent' } : { kind: 'list', identifier: vhost, entries },
    claims: new Map(Object.entries(claims) as [Owner, Claim][]),
  };
}

export function desired(vhost: string, backends: Ids): DesiredFrontend {
  return {
    vhost: vhost as Vhost,
    identifier: vhost,
    backends: Object.entries(backends).map(([url, ids]) => ({
      url: url as BackendUrl,
      ids: ids as readonly ShortId[],
    })),
  };
}

/** As `desire` and the reader give them: sorted. */
export function byVhost<T extends { readonly vhost: string }>(
  ...items: T[]
): ReadonlyMap<Vhost, T> {
  const sorted = items.toSorted((a, b) => compareText(a.vhost, b.vhost));
  return new Map(sorted.map((item) => [item.vhost as Vhost, item]));
}
