import type { Format } from './format.ts';

/** What a key may have beyond the rest. */
interface Extras {
  /** Its default in words, where the value says too little. */
  readonly shown?: string;
  /** The variable of other tools that counts if ours is not set. */
  readonly also?: string;
  /** Never shown; of a URL the user and password. */
  readonly sensitive?: boolean;
}

/** One key of the schema: convict's own properties, and ours for people and other variables. */
export interface Leaf<T> {
  readonly doc: string;
  readonly default: T;
  /** How text becomes its value; null: it is one of a few words. */
  readonly reads: Format<T> | null;
  /** The name by which convict knows that format, or the words. */
  readonly format: string | T[];
  readonly nullable: boolean;
  readonly sensitive: boolean;
  readonly shown: string;
  readonly also: string | null;
}

/** A key whose values are read by `format`; it may be null only if that is its default. */
export function key<T>(format: Format<T>, initial: T, doc: string, extras: Extras = {}): Leaf<T> {
  return {
    doc,
    default: initial,
    reads: format,
    format: format.name,
    nullable: initial === null,
    sensitive: extras.sensitive ?? false,
    shown: extras.shown ?? format.write(initial),
    also: extras.also ?? null,
  };
}

/** A key that holds one of a few words. */
export function choice<T extends string>(
  words: readonly T[],
  initial: NoInfer<T>,
  doc: string,
  extras: Extras = {},
): Leaf<T> {
  return {
    doc,
    default: initial,
    reads: null,
    format: [...words],
    nullable: false,
    sensitive: false,
    shown: extras.shown ?? initial,
    also: null,
  };
}
