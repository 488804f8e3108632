import { type ShortId, shortId } from '../model/ids.ts';
import type { Workload } from '../model/workload.ts';

/** Who has an address; one that several may have at once, as it is nobody's own, is left out. */
export function holdersOf(
  workloads: readonly Workload[],
): ReadonlyMap<string, ReadonlySet<ShortId>> {
  const holders = new Map<string, Set<ShortId>>();
  for (const workload of workloads) {
    const isOnNetworks = workload.kind !== 'unreadable' && workload.reach === 'networks';
    const networks = isOnNetworks ? workload.addresses : [];
    for (const address of networks.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6])) {
      const ids = holders.get(address ?? '') ?? new Set<ShortId>();
      holders.set(address ?? '', ids.add(shortId(workload.id)));
    }
  }
  return holders;
}
