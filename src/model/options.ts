import { asRecord, parseRecord } from './record.ts';

/**
 * What labels ask of fronts for a vhost as a whole. `timeout`: for a backend to send something; `idle`: the same for
 * WebSockets and streams, both in milliseconds; `scheme`: `grpc`; `verify`: `off`.
 */
export const OPTION_WORDS = ['timeout', 'idle', 'scheme', 'verify'] as const;
/** One of {@link OPTION_WORDS}. */
export type OptionWord = (typeof OPTION_WORDS)[number];

/** What is asked for by one word. */
export interface Option {
  readonly value: number | string;
  /** When the oldest container that asks for it was created, seconds since 1970: of several values the oldest wins. */
  readonly since: number;
}

/** By their words. */
export type Options = ReadonlyMap<OptionWord, Option>;

/** Nothing is asked for. */
export const NO_OPTIONS: Options = new Map();

const IS_VALUE: Readonly<Record<OptionWord, (value: unknown) => value is Option['value']>> = {
  timeout: isMilliseconds,
  idle: isMilliseconds,
  scheme: (value) => value === 'grpc',
  verify: (value) => value === 'off',
};

/** Of each word the oldest; of two that are equally old the one that comes first. */
export function oldestOptions(all: Iterable<Options>): Options {
  const oldest = new Map<OptionWord, Option>();
  for (const options of all) {
    for (const [word, option] of options) {
      const known = oldest.get(word);
      if (known === undefined || option.since < known.since) oldest.set(word, option);
    }
  }
  return oldest;
}

/**
 * Writes what one owner's containers ask for: `{"timeout":300000,"since":{"timeout":1700000000}}`; the empty text
 * where that is nothing. Equal options are equal texts.
 */
export function writeOptions(options: Options): string {
  const asked = OPTION_WORDS.flatMap((word) => {
    const option = options.get(word);
    return option === undefined ? [] : [[word, option] as const];
  });
  if (asked.length === 0) return '';
  const values = asked.map(([word, { value }]) => [word, value]);
  const since = Object.fromEntries(asked.map(([word, option]) => [word, option.since]));
  return JSON.stringify({ ...Object.fromEntries(values), since });
}

/** Reads it. What we could not have written asks for nothing. The twin of `read` in the front's options.lua. */
export function parseOptions(text: string): Options {
  const { since: times, ...values } = parseRecord(text) ?? {};
  const ages = asRecord(times) ?? {};
  return new Map(
    OPTION_WORDS.flatMap((word): readonly [OptionWord, Option][] => {
      const [value, since] = [values[word], ages[word]];
      const isRead = IS_VALUE[word](value) && typeof since === 'number';
      return isRead ? [[word, { value, since }]] : [];
    }),
  );
}

function isMilliseconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
