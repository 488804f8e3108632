/** A value with the name of the label or variable that it came from, for messages. */
export interface NamedValue {
  readonly from: string;
  readonly value: string;
}

/** A label or variable as it was written. */
export interface WrittenValue extends NamedValue {
  /** What stands behind the value: `# the shop`; null: nothing. */
  readonly comment: string | null;
}

/** It is set, and says nothing: most often a variable of Compose that nobody filled in. */
export function isEmpty({ value, comment }: WrittenValue): boolean {
  return value.trim() === '' && comment === null;
}

/**
 * Env files and label files keep comments: a word that begins with `#` ends the value.
 *
 * @param text not set is as if it were empty
 */
export function readWritten(from: string, text = ''): WrittenValue {
  const at = text.search(/(?<![^, \t\n\v\f\r])#/);
  return at < 0
    ? { from, value: text, comment: null }
    : { from, value: text.slice(0, at).trimEnd(), comment: text.slice(at) };
}
