import { millisecondsOrNull, textOrNull } from './json-members.ts';
import { parseRecord } from './record.ts';

/** Somebody's word that fronts are to answer for a vhost themselves, with 503 and a text. */
export interface Off {
  /** Milliseconds, Redis' clock; null: not said. */
  readonly since: number | null;
  /** Who said so; null: not said. */
  readonly by: string | null;
  /** What a client reads; empty: nothing was said. */
  readonly text: string;
}

/** By vhost. */
export type Offs = ReadonlyMap<string, Off>;

/** Writes it: `{"since", "by", "text"}`. */
export function writeOff({ since, by, text }: Off): string {
  return JSON.stringify({ since, by, text });
}

/** Reads it. Whatever the text is, the vhost is off: only when, by whom and what is read may not be told. */
export function parseOff(text: string): Off {
  const { since, by, text: said } = parseRecord(text) ?? {};
  return { since: millisecondsOrNull(since), by: textOrNull(by), text: textOrNull(said) ?? '' };
}
