import { renderPlan } from '../../diff/render.ts';
import type { Plan } from '../../model/plan.ts';

/** What a release withdrew, where that is not what was shown before it was confirmed; else null. */
export function withdrawnOtherwise(shown: Plan, done: Plan): string | null {
  const text = renderPlan(done);
  return text === renderPlan(shown)
    ? null
    : `What is there changed meanwhile. This was withdrawn:\n${text}`;
}
