/** Whatever moves, hides or turns text: controls, bidi controls, invisible characters, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const LONGEST = 400;
const SHORT = 48;
const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** Text of unknown origin as it can be looked at: unsafe characters become `\u{202e}`, what is very long is cut. */
export function visible(text: string): string {
  const cut = text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
  return cut.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A name that is long past reading, cut; the whole of it is said elsewhere or found by a search. */
export function short(name: string): string {
  return name.length <= SHORT ? name : `${name.slice(0, SHORT)}…`;
}

/** Texts as sentences of one line: each ends with a full stop, empty ones are left out. */
export function sentences(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map((text) => (/[.!?…]$/.test(text) ? text : `${text}.`))
    .join(' ');
}

/** The beginning of an id, as `docker ps` shows it. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** `1 host`, `1,200 hosts`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** A word of the API for people: `in_sync` is `in sync`. */
export function spoken(word: string): string {
  return word.replaceAll('_', ' ');
}

/** How long something took: `8 ms`, `1.2 s`. */
export function took(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** A length of time in its largest unit: `12 s`, `3 min`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const unit = UNITS.find(([size]) => seconds >= size);
  return unit === undefined ? `${seconds} s` : `${Math.floor(seconds / unit[0])} ${unit[1]}`;
}

/** The time of day, with the date if it was another day. */
export function clock(at: Date, now: Date = new Date()): string {
  const time = at.toLocaleTimeString('en-GB');
  const isToday = at.toDateString() === now.toDateString();
  return isToday ? time : `${at.toLocaleDateString('en-CA')} ${time}`;
}

/** The first few of many names: `a, b, c and 9 more`. */
export function some(names: readonly string[], shown = 3): string {
  const rest = names.length - shown;
  const listed = names.slice(0, shown).map(short).join(', ');
  return rest > 0 ? `${listed} and ${rest.toLocaleString('en')} more` : listed;
}
