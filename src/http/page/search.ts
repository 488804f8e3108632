import type { ShownChange } from '../../answers/changes.ts';
import type { ShownContainer } from '../../answers/containers.ts';
import type { RouteRow } from './rows.ts';

/** What a person wants to see. */
export interface Search {
  /** Words that must all be found. */
  readonly text: string;
  readonly only: Only;
  /** The owner of a backend; empty: routes of all hosts. */
  readonly host: string;
}

/** Which routes are shown. */
export const ONLY = ['all', 'trouble', 'held', 'dead', 'foreign'] as const;
/** One of {@link ONLY}. */
export type Only = (typeof ONLY)[number];

const TESTS: Readonly<Record<Only, (row: RouteRow) => boolean>> = {
  all: () => true,
  trouble: ({ state }) => state !== 'routed',
  held: ({ state }) => state === 'held',
  dead: ({ backends }) => backends.some(({ deadSlots }) => deadSlots > 0),
  foreign: ({ backends }) => backends.some(({ owner }) => owner !== 'self'),
};

/** Whether the page has such a filter. */
export function isOnly(text: string): text is Only {
  return ONLY.some((only) => only === text);
}

/** The routes that the filter lets through and that hold every word. */
export function findRoutes(
  rows: readonly RouteRow[],
  { text, only, host }: Search,
): readonly RouteRow[] {
  const isOfHost = ({ backends }: RouteRow) =>
    host === '' || backends.some(({ ownerId }) => ownerId === host);
  return rows.filter((row) => TESTS[only](row) && isOfHost(row) && hasAll(row.words, text));
}

/** The containers that hold every word. */
export function findContainers(
  containers: readonly ShownContainer[],
  { text }: Search,
): readonly ShownContainer[] {
  return containers.filter(({ id, name, rejections, hints }) => {
    const asked = rejections.flatMap(({ vhost, reason, detail }) => [vhost ?? '', reason, detail]);
    return hasAll([id, name, ...asked, ...hints].join(' ').toLowerCase(), text);
  });
}

/** The changes that hold every word. */
export function findChanges(
  changes: readonly ShownChange[],
  { text }: Search,
): readonly ShownChange[] {
  return changes.filter(({ vhost, kind, triggers, added, removed }) => {
    const backends = [...added, ...removed].flatMap(({ url, containers }) => [url, ...containers]);
    return hasAll([vhost, kind, ...triggers, ...backends].join(' ').toLowerCase(), text);
  });
}

function hasAll(words: string, text: string): boolean {
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}
