import type { Json } from './message.ts';

/** Which events a subscriber wants. */
export interface Filter {
  /** Patterns of event names in which `*` stands for any characters; null: all events. */
  readonly globs: readonly string[] | null;
  /** Whether it wants events of this name. */
  readonly wants: (name: string) => boolean;
}

/** What a plugin that asks for nothing in particular gets, as in 2015. */
export const EVERYTHING: Filter = { globs: null, wants: () => true };

const MAX_GLOBS = 32;
const GLOB = /^[A-Za-z0-9_*]{1,64}$/;
/** Docker has about a hundred names of events. */
const MAX_REMEMBERED = 256;

/**
 * `kwargs.events` of a hello: a list of 1 to 32 patterns, each of up to 64 letters, digits, `_` and `*`;
 * left out: everything. Null if it is not a filter.
 */
export function parseFilter(events: Json | undefined): Filter | null {
  if (events === undefined) return EVERYTHING;
  if (!Array.isArray(events) || events.length === 0 || events.length > MAX_GLOBS) return null;
  const globs: readonly unknown[] = events;
  return globs.every(isGlob) ? filterOf(globs) : null;
}

function isGlob(value: unknown): value is string {
  return typeof value === 'string' && GLOB.test(value);
}

/**
 * Patterns may be made to be slow: each is taken apart once, and each name is looked at once, as few names
 * make up all events.
 */
export function filterOf(globs: readonly string[]): Filter {
  const patterns = [...new Set(globs.map((glob) => glob.replaceAll(/\*+/g, '*')))].map((glob) =>
    glob.split('*'),
  );
  const remembered = new Map<string, boolean>();
  const wants = (name: string) => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const wanted = patterns.some((pieces) => isMatch(pieces, name));
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(name, wanted);
    return wanted;
  };
  return { globs, wants };
}

/** Whether a subscriber wants events of this name. */
export function isWanted(filter: Filter, name: string): boolean {
  return filter.wants(name);
}

/** Takes each piece at its first place, which is enough, and cannot run away as a regular expression can. */
function isMatch([first = '', ...rest]: readonly string[], name: string): boolean {
  const last = rest.at(-1);
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
