import type { Claim, DesiredBackend } from './frontend.ts';

/** The one member of a claim whose backends others took out. */
const LAPSED = 'lapsed';

/** Times in a claim are below this number, ms. */
export const LATEST_TIME = 1e16;

/**
 * Reads one field of an owner's claims: `{"<url>": ["<short id>", ...], ...}`, `{"held": <time>}` or, where others took
 * its backends out, `{"lapsed": ["<url> <short id>", ...]}`, which versions before this one read as a URL that is
 * nowhere. Redis' Lua cannot tell an empty object from an empty array, so neither does this.
 */
export function parseClaim(text: string): Claim | 'malformed' {
  const members = membersOf(text);
  if (members === null) return 'malformed';
  const { held, ...rest } = members;
  const lists = Object.entries(rest).filter(([, ids]) => !isEmpty(ids));
  if (held === undefined) return lists.every(isBacked) ? ofLists(lists) : 'malformed';
  return isTime(held) && lists.length === 0
    ? { backends: new Map(), heldSince: held }
    : 'malformed';
}

function ofLists(lists: readonly (readonly [string, readonly string[]])[]): Claim | 'malformed' {
  const [, copies] = lists.find(([name]) => name === LAPSED) ?? [];
  if (copies === undefined) return { backends: new Map(lists), heldSince: null };
  if (lists.length > 1) return 'malformed';
  const lapsed = new Map<string, string[]>();
  for (const copy of copies) {
    const [, url, id] = /^(.*) ([^ ]+)$/s.exec(copy) ?? [];
    if (url === undefined || id === undefined) continue;
    lapsed.set(url, [...(lapsed.get(url) ?? []), id]);
  }
  return { backends: new Map(), heldSince: null, lapsed };
}

/** How many copies a claim says are there; malformed text says of none. */
export function copiesOf(claim: Claim | 'malformed'): number {
  if (claim === 'malformed') return 0;
  return [...claim.backends.values()].reduce((sum, ids) => sum + ids.length, 0);
}

/** Writes the claim of these backends, in their order. */
export function writeClaim(backends: readonly DesiredBackend[]): string {
  return JSON.stringify(Object.fromEntries(backends.map(({ url, ids }) => [url, ids])));
}

/** null: no object. An empty array counts as an empty object. */
function membersOf(text: string): { readonly [key: string]: unknown } | null {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value) && value.length > 0) return null;
  return { ...value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no claim is null, so that the caller need not tell them apart
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isBacked(member: [string, unknown]): member is [string, readonly string[]] {
  const [, ids] = member;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string');
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < LATEST_TIME;
}
