import { similar } from '../config/nearest.ts';
import type { Drain } from '../model/drain.ts';
import type { Owner, ShortId } from '../model/ids.ts';

/** A container as its owner published it. One of an engine with two owners is there twice. */
export interface PublishedContainer {
  readonly owner: Owner;
  /** The name of its engine; null: not known. */
  readonly engine: string | null;
  /** Its owner said how long a sign of life of it counts, and that is over: nobody is there to take it out of lists. */
  readonly isLapsed: boolean;
  /** Its owner said how long a sign of life of it counts; one that passes by `autodock once` alone says nothing. */
  readonly hasLease: boolean;
  readonly id: ShortId;
  /** null: it is drained, and does not run any more. */
  readonly name: string | null;
  /** null: it is not drained. */
  readonly drain: Drain | null;
}

/** Whom a word names. */
export type Named =
  | { readonly kind: 'container'; readonly container: readonly PublishedContainer[] }
  /** Containers of several hosts, or several beginnings of ids. */
  | { readonly kind: 'several'; readonly containers: readonly PublishedContainer[] }
  /** None; names that may have been meant. */
  | { readonly kind: 'unknown'; readonly similar: readonly string[] };

const SUGGESTIONS = 3;
const LEAST_ID = /^[0-9a-f]{4,64}$/;

/**
 * The container that a word names on any host: by its name, else by its id or the beginning of that.
 *
 * @param self whose container is meant where several hosts have one of this name; null: nobody's
 */
export function named(
  word: string,
  published: readonly PublishedContainer[],
  self: Owner | null,
): Named {
  const name = word.replace(/^\//, '');
  const byName = published.filter((one) => one.name === name);
  const found = byName.length > 0 ? byName : published.filter(({ id }) => isIdOf(id, word));
  const own = found.filter(({ owner }) => owner === self);
  const meant = own.length > 0 ? own : found;
  const ids = new Set(meant.map(({ id }) => id));
  if (ids.size > 1) return { kind: 'several', containers: meant };
  if (ids.size === 1) {
    return { kind: 'container', container: found.filter(({ id }) => ids.has(id)) };
  }
  const names = published.flatMap((one) => one.name ?? []);
  return { kind: 'unknown', similar: similar(name, names, SUGGESTIONS) };
}

function isIdOf(id: ShortId, word: string): boolean {
  return LEAST_ID.test(word) && (id.startsWith(word) || word.startsWith(id));
}
