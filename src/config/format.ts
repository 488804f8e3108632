/** Text that does not match its format. */
export class Misfit {
  /** What is allowed or what to do instead, in words that follow the value: `must be ...`. */
  readonly remedy: string;

  constructor(remedy: string) {
    this.remedy = remedy;
  }
}

/**
 * One kind of value: how text becomes it. Values reach the configuration as text from everywhere
 * (flag, environment, file), so that they mean the same everywhere.
 */
export interface Format<T> {
  readonly name: string;
  /** The value, or why the text does not match. Never throws; of text that it returned it returns the same. */
  read(text: string): T | Misfit;
  /** The inverse: how a person would write the value. */
  write(value: T): string;
}
