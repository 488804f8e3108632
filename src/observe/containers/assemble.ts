import type {
  ContainerLine,
  KnownContainer,
  NetworkAddress,
  ObservedContainer,
  UnreadableContainer,
} from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { Settlement } from './disputes.ts';
import type { Inspections } from './inspections.ts';
import type { Networks } from './networks.ts';

/** What a line is completed with. */
export interface Knowledge {
  readonly inspections: Inspections;
  readonly networks: Networks;
  readonly settlement: Settlement;
  readonly before: ReadonlyMap<ContainerId, KnownContainer>;
}

/**
 * A container as a pass sees it: its line, and what else is known of it. None where it is known to be gone, whatever
 * the list still shows.
 */
export function assemble(
  line: ContainerLine | UnreadableContainer,
  { inspections, networks, settlement, before }: Knowledge,
): readonly ObservedContainer[] {
  if ('kind' in line) return [line];
  const state = inspections.state(line.id);
  const staleAddresses = settlement.stale.get(line.id) ?? NONE;
  const unknown = (why: string): ObservedContainer => {
    // What another container was confirmed to have, this one has no more, whatever else is unknown of it.
    return {
      ...line,
      addresses: withoutStale(line.addresses, staleAddresses),
      kind: 'unknown',
      why,
    };
  };
  switch (state.kind) {
    case 'gone':
      return [];
    case 'unknown':
      return [unknown(state.why)];
    case 'known': {
      if (settlement.undecided.has(line.id)) {
        return [unknown('another container shows the same address')];
      }
      const last = before.get(line.id);
      if (last !== undefined && isUnchanged(last, line, state.inspection.env, staleAddresses)) {
        return [last];
      }
      const barriers = networks.barriers(line.addresses);
      if (typeof barriers === 'string') return [unknown(barriers)];
      return [{ ...line, ...state.inspection, kind: 'known', staleAddresses, barriers }];
    }
  }
}

const NONE: readonly string[] = [];

function withoutStale(
  addresses: readonly NetworkAddress[],
  stale: readonly string[],
): readonly NetworkAddress[] {
  if (stale.length === 0) return addresses;
  const fresh = (address: string | null) =>
    address === null || stale.includes(address) ? null : address;
  return addresses.map(({ network, networkId, ipv4, ipv6 }) => ({
    network,
    networkId,
    ipv4: fresh(ipv4),
    ipv6: fresh(ipv6),
  }));
}

/** By identity of the parts, which the lister and the inspections keep while nothing changed. */
function isUnchanged(
  last: KnownContainer,
  line: ContainerLine,
  env: KnownContainer['env'],
  staleAddresses: readonly string[],
): boolean {
  return (
    last.addresses === line.addresses &&
    last.labels === line.labels &&
    last.health === line.health &&
    last.env === env &&
    last.staleAddresses === staleAddresses
  );
}
