import type { InspectionState } from './inspection-cache.ts';

/** Whether a container is known to ask for no route; neither a variable nor a label of it changes in its life. */
export function asksForNothing(state: InspectionState): boolean {
  if (state.kind !== 'known') return false;
  const { env, hasOwnLabels } = state.inspection;
  return !(hasOwnLabels || env.has('VIRTUALHOST') || env.has('ALIAS'));
}
