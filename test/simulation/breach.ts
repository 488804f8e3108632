/** The invariants of the controller, by number; see the catalogue of faults. */
export type Invariant = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** A sentence about what should not be. */
export interface Breach {
  readonly invariant: Invariant;
  readonly what: string;
}

export function broken(invariant: Invariant, what: string): Breach {
  return { invariant, what };
}
