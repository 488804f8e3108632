import type { PlanReport } from '../pass/once.ts';

/** What a command ends with: 0 done, 1 failed, 2 changes are pending. */
export type ExitCode = 0 | 1 | 2;

/** A plan that is not known in full has failed, whatever it holds. Changes count only if `detailed`. */
export function planExitCode(
  { plan: { changes }, problems }: PlanReport,
  detailed: boolean,
): ExitCode {
  if (problems.length > 0) return 1;
  return detailed && changes.length > 0 ? 2 : 0;
}
