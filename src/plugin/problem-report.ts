/** What can be wrong for a while. */
export type ProblemKey = 'unreachable' | 'signature' | 'stranger' | 'snapshot';

/** Tells of what is wrong, each thing once until it is right again. */
export interface ProblemReport {
  tell(key: ProblemKey, problem: string): void;
  /** It is right now: the next time is told again. */
  clear(key: ProblemKey): void;
  /** What is wrong now, for whoever was not there when it was told. */
  open(): readonly string[];
}

/** @param tell what becomes of a problem that is new */
export function createProblemReport(tell: (problem: string) => void): ProblemReport {
  const told = new Map<ProblemKey, string>();
  return {
    tell(key, problem) {
      if (told.has(key)) return;
      told.set(key, problem);
      tell(problem);
    },
    clear: (key) => void told.delete(key),
    open: () => [...told.values()],
  };
}
