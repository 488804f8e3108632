/** Something that is wrong (`bad`) or worth a look (`warn`). */
export interface ShownProblem {
  readonly level: 'bad' | 'warn';
  readonly title: string;
  readonly detail: string;
  /** What to do, or what happens by itself. */
  readonly remedy: string;
}
