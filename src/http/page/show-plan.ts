import { byId, element, setText } from './dom.ts';
import { type OwnerNames, ownerNames } from './owners.ts';
import type { PageState, PlanState } from './state.ts';
import { clock } from './words.ts';

/** Nobody reads more here of a plan that creates a thousand routes; `autodock plan` prints it all. */
const LINES = 20;

/** Shows the present plan, the same text as `autodock plan` prints. */
export function createShowPlan(): (state: Pick<PageState, 'plan' | 'planAt' | 'status'>) => void {
  let shown: string | null = null;
  return ({ plan, planAt, status }) => {
    setText(byId('plan-at'), plan === null ? '' : `at ${clock(new Date(planAt))}`);
    if (plan === null) return;
    const text = textOf(plan, ownerNames(status));
    if (text === shown) return;
    shown = text;
    byId('plan-text').replaceChildren(...linesOf(text).map((line) => element('code', {}, line)));
  };
}

/** Its last line, the sum, names the owner. */
function textOf(plan: PlanState, nameOf: OwnerNames): string {
  if (plan.kind === 'problem') return plan.detail;
  return plan.text.replace(` owner ${plan.owner}`, () => ` owner ${nameOf(plan.owner)}`);
}

/** The first lines, and the last, which is the sum. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.length <= LINES) return lines;
  const left = (lines.length - LINES).toLocaleString('en');
  return [...lines.slice(0, LINES - 1), `… ${left} more`, ...lines.slice(-1)];
}
