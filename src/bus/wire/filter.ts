import type { Json } from './message.ts';

/** Which events a subscriber wants. */
export interface Filter {
  /** Patterns of event names in which `*` stands for any characters; null: all events. */
  readonly globs: readonly string[] | null;
}

/** What a plugin that asks for nothing in particular gets, as in 2015. */
export const EVERYTHING: Filter = { globs: null };

const MAX_GLOBS = 32;
const GLOB = /^[A-Za-z0-9_*]{1,64}$/;

/**
 * `kwargs.events` of a hello: a list of 1 to 32 patterns, each of up to 64 letters, digits, `_` and `*`;
 * left out: everything. Null if it is none.
 */
export function parseFilter(events: Json | undefined): Filter | null {
  if (events === undefined) return EVERYTHING;
  if (!Array.isArray(events) || events.length === 0 || events.length > MAX_GLOBS) return null;
  const globs: readonly unknown[] = events;
  return globs.every(isGlob) ? { globs } : null;
}

function isGlob(value: unknown): value is string {
  return typeof value === 'string' && GLOB.test(value);
}

/** Whether a subscriber wants events of this name. */
export function isWanted({ globs }: Filter, name: string): boolean {
  return globs?.some((glob) => isMatch(glob, name)) ?? true;
}

/** Takes each piece at its first place, which is enough, and cannot run away as a regular expression can. */
function isMatch(glob: string, name: string): boolean {
  const [first = '', ...pieces] = glob.split('*');
  const last = pieces.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
