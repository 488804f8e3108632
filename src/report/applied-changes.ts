import type { Change } from '../model/plan.ts';
import type { Pass } from '../reconcile.ts';

/** What a pass really changed: of what it planned, another pass of this owner may have done a part before. */
export function appliedChanges({ applied, decision }: Pass): readonly Change[] {
  const results = applied?.results.filter(({ kind }) => kind !== 'none' && kind !== 'fault') ?? [];
  if (results.length === 0) return [];
  const vhosts = new Set(results.map(({ vhost }) => vhost));
  return decision.plan.changes.filter(({ vhost }) => vhosts.has(vhost));
}
