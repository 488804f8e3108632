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
  /** Where it was reached when it was drained, for who waits for what is on its way there. */
  readonly urls: readonly string[];
}

/** By the short ids of containers. */
export type Drains = ReadonlyMap<ShortId, Drain>;

/** By whom containers are drained that Swarm is about to end. */
export const SWARM_DRAINS = 'Swarm';

/** Nobody is drained. */
export const NO_DRAINS: Drains = new Map();

/** Writes a drain: `{"since", "by", "urls"}`. */
export function writeDrain(drain: Pick<Drain, 'since' | 'by' | 'urls'>): string {
  const { since, by, urls } = drain;
  return JSON.stringify({ since, by, urls });
}

/** Reads a drain. Whatever the text is, the container is drained: only when, by whom and from where may not be told. */
export function parseDrain(text: string): Drain {
  const { since, by, urls } = parseRecord(text) ?? {};
  const isUrl = (url: unknown) => typeof url === 'string' && /^\S+$/.test(url);
  return {
    text,
    since: millisecondsOrNull(since),
    by: textOrNull(by),
    urls: Array.isArray(urls) ? urls.filter(isUrl) : [],
  };
}
