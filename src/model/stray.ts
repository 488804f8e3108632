import { addressOf } from './backend-url.ts';
import type { ObservedFrontend, WorkloadVerdict } from './frontend.ts';
import { ownedBackends } from './ownership.ts';
import type { Workload } from './workload.ts';

/**
 * A backend that nobody claims, at the address of a running container that asks for other hosts and not for this one:
 * its own container has ended, and it leads to a stranger.
 */
export interface Stray {
  readonly vhost: string;
  readonly url: string;
  /** The name of the container that has the address. */
  readonly container: string;
}

/** What those that have an address ask for. */
interface AddressHolder {
  readonly name: string;
  readonly vhosts: ReadonlySet<string>;
}

/** Who has which address, for {@link straysIn}. */
export interface AddressBook {
  readonly holders: ReadonlyMap<string, AddressHolder>;
  /** What is asked for by who shares an address, or whom nobody could read: it may stand at any of them. */
  readonly elsewhere: ReadonlySet<string>;
}

/** Containers with addresses of their own, and what each asks for, granted or not. */
export function addressBook(
  workloads: readonly Workload[],
  verdicts: readonly WorkloadVerdict[],
): AddressBook {
  const asked = new Map(verdicts.map((verdict) => [verdict.id, vhostsOf(verdict)]));
  const holders = new Map<string, AddressHolder>();
  const elsewhere = new Set<string>();
  for (const workload of workloads) {
    const vhosts = asked.get(workload.id) ?? new Set();
    const addresses = addressesOf(workload);
    if (addresses.length === 0) for (const vhost of vhosts) elsewhere.add(vhost);
    for (const address of addresses) {
      const before = holders.get(address)?.vhosts ?? [];
      holders.set(address, { name: workload.name, vhosts: new Set([...before, ...vhosts]) });
    }
  }
  return { holders, elsewhere };
}

/**
 * The strays of one frontend. Where a container asks for nothing at all, somebody may have routed it by hand; so may one
 * that could not be read ask for anything.
 */
export function straysIn(
  frontend: ObservedFrontend,
  { holders, elsewhere }: AddressBook,
): readonly Stray[] {
  const { vhost } = frontend;
  if (frontend.list.kind !== 'list' || elsewhere.has(vhost)) return [];
  return ownedBackends(frontend, null).flatMap(({ url, owner }) => {
    const holder = owner === 'foreign' ? holders.get(addressOf(url) ?? '') : undefined;
    if (holder === undefined || holder.vhosts.size === 0 || holder.vhosts.has(vhost)) return [];
    return [{ vhost, url, container: holder.name }];
  });
}

function addressesOf(workload: Workload): readonly string[] {
  if (workload.kind !== 'known' || workload.reach !== 'networks') return [];
  const own = workload.addresses.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
  return own.filter(
    (address) => address !== null && !workload.staleAddresses.includes(address),
  ) as string[];
}

function vhostsOf({ routes, rejections }: WorkloadVerdict): ReadonlySet<string> {
  return new Set([
    ...routes.map(({ vhost }): string => vhost),
    ...rejections.flatMap(({ vhost }) => vhost ?? []),
  ]);
}
