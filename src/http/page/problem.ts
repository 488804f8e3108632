/** Something that is wrong (`bad`) or worth a look (`warn`). */
export interface ShownProblem {
  readonly level: 'bad' | 'warn';
  /** The others may follow from it: it is the headline. */
  readonly leads?: true;
  readonly title: string;
  readonly detail: string;
  /** What to do, or what happens by itself. */
  readonly remedy: string;
}
