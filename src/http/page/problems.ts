import { containerProblems } from './container-problems.ts';
import { hostProblems } from './host-problems.ts';
import type { ShownProblem } from './problem.ts';
import { routeProblems } from './route-problems.ts';
import type { RouteRow } from './rows.ts';
import type { PageState } from './state.ts';
import { lostProblem, statusProblems } from './status-problems.ts';

/** All that is wrong, the worst first; nothing: all is well. */
export function problemsOf(state: PageState, rows: readonly RouteRow[]): readonly ShownProblem[] {
  // What stood here before is no longer known.
  if (state.connection === 'lost') return [lostProblem(state)];
  if (state.status === null) return [];
  const found = [
    ...hostProblems(state.status),
    ...statusProblems(state.status),
    ...routeProblems(rows),
    ...containerProblems(state.containers ?? []),
  ];
  return [...found.filter(({ level }) => level === 'bad'), ...found.filter(isWarning)];
}

function isWarning({ level }: ShownProblem): boolean {
  return level === 'warn';
}
