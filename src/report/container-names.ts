import { shortId } from '../model/ids.ts';
import type { Pass } from '../reconcile.ts';

/** Names by short id, of every workload that one of these passes saw; of one in several, as the last did. */
export function containerNames(
  ...passes: readonly (Pick<Pass, 'workloads'> | null)[]
): ReadonlyMap<string, string> {
  const workloads = passes.flatMap((pass) => pass?.workloads ?? []);
  return new Map(workloads.map(({ id, name }) => [shortId(id), name]));
}
