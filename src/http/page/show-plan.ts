import { byId, element, setText } from './dom.ts';
import type { PlanState, State } from './state.ts';
import { clock } from './words.ts';

/** Nobody reads more here of a plan that creates a thousand routes; `autodock plan` prints it all. */
const LINES = 20;

/** Shows the present plan, the same text as `autodock plan` prints. */
export function createShowPlan(): (state: Pick<State, 'plan' | 'planAt'>) => void {
  let shown: PlanState | null = null;
  return ({ plan, planAt }) => {
    setText(byId('plan-at'), plan === null ? '' : `at ${clock(new Date(planAt))}`);
    if (plan === null || plan === shown) return;
    shown = plan;
    byId('plan-text').replaceChildren(...linesOf(plan).map((line) => element('code', {}, line)));
  };
}

/** The first lines, and the last, which is the sum. */
function linesOf(plan: PlanState): readonly string[] {
  if (plan.kind === 'problem') return [plan.detail];
  const lines = plan.text.split('\n');
  if (lines.length <= LINES) return lines;
  const left = (lines.length - LINES).toLocaleString('en');
  return [...lines.slice(0, LINES - 1), `… ${left} more`, ...lines.slice(-1)];
}
