import { shortId } from '../model/ids.ts';
import type { Pass } from '../reconcile.ts';

/** Names by short id, of every container that one of these passes saw; of a container in several, as the last did. */
export function containerNames(
  ...passes: readonly (Pick<Pass, 'containers'> | null)[]
): ReadonlyMap<string, string> {
  const containers = passes.flatMap((pass) => pass?.containers ?? []);
  return new Map(containers.map(({ id, name }) => [shortId(id), name]));
}
