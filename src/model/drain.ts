import type { ShortId } from './ids.ts';
import { millisecondsOrNull, textOrNull } from './json-members.ts';
import { parseRecord } from './record.ts';

/** Somebody's word that a container is to get no more requests. */
export interface Drain {
  /** As it stands in Redis: it is taken out only while that is so. */
  readonly text: string;
  /** Milliseconds, Redis' clock; null: not said. */
  readonly since: number | null;
  /** Who said so; null: not said. */
  readonly by: string | null;
}

/** By the short ids of containers. */
export type Drains = ReadonlyMap<ShortId, Drain>;

/** Nobody is drained. */
export const NO_DRAINS: Drains = new Map();

/** Writes a drain: `{"since", "by"}`. */
export function writeDrain({ since, by }: { readonly since: number; readonly by: string }): string {
  return JSON.stringify({ since, by });
}

/** Reads a drain. Whatever the text is, the container is drained: only when and by whom may not be told. */
export function parseDrain(text: string): Drain {
  const { since, by } = parseRecord(text) ?? {};
  return { text, since: millisecondsOrNull(since), by: textOrNull(by) };
}
