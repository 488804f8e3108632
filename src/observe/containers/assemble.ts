import type {
  ContainerLine,
  Inspection,
  KnownContainer,
  NetworkAddress,
  ObservedContainer,
  UnknownContainer,
} from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { UnreadableWorkload } from '../../model/workload-line.ts';
import type { Settlement } from './disputes.ts';
import type { Inspections } from './inspections.ts';
import type { Networks } from './networks.ts';
import type { SetBacks } from './set-back.ts';

/** What a line is completed with. */
export interface Knowledge {
  readonly inspections: Inspections;
  readonly networks: Networks;
  readonly settlement: Settlement;
  readonly setBacks: SetBacks;
  readonly before: ReadonlyMap<ContainerId, KnownContainer>;
}

/**
 * A container as a pass sees it: its line, and what else is known of it. None where it is known to be gone, whatever
 * the list still shows.
 */
export function assemble(
  line: ContainerLine | UnreadableWorkload,
  { inspections, networks, settlement, setBacks, before }: Knowledge,
): readonly ObservedContainer[] {
  if ('kind' in line) return [line];
  const state = inspections.state(line.id);
  const staleAddresses = settlement.stale.get(line.id) ?? NONE;
  const unknown = (why: string): UnknownContainer => {
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
      const verdict = setBacks.verdict(line);
      // It may be as healthy as it was: the claims tell whether it was routed.
      if (verdict === 'unknown') {
        return [{ ...unknown('whether a probe failed is being asked'), health: 'healthy' }];
      }
      const health = healthOf(line, state.inspection, verdict === 'set-back');
      const last = before.get(line.id);
      const fixed = { ...health, env: state.inspection.env, staleAddresses };
      if (last !== undefined && isUnchanged(last, line, fixed)) return [last];
      const barriers = networks.barriers(line.addresses);
      if (typeof barriers === 'string') return [unknown(barriers)];
      const { networkMode } = line;
      const told = { ...state.inspection, networkMode };
      return [{ ...line, ...told, ...health, kind: 'known', staleAddresses, barriers }];
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

/**
 * Health as it counts. An engine's list that tells only who is starting or unhealthy is silent about the healthy; and
 * what the engine alone set back is as healthy as its last probe.
 */
function healthOf(
  line: ContainerLine,
  { hasHealthcheck }: Inspection,
  isSetBack: boolean,
): Pick<KnownContainer, 'health' | 'setBackTo'> {
  if (isSetBack) return { health: 'healthy', setBackTo: line.health };
  const isHealthy = line.health === 'none' && hasHealthcheck;
  return { health: isHealthy ? 'healthy' : line.health, setBackTo: null };
}

/** By identity of the parts, which the lister and the inspections keep while nothing changed. */
function isUnchanged(
  last: KnownContainer,
  line: ContainerLine,
  now: Pick<KnownContainer, 'health' | 'setBackTo' | 'env' | 'staleAddresses'>,
): boolean {
  return (
    last.addresses === line.addresses &&
    last.labels === line.labels &&
    last.health === now.health &&
    last.setBackTo === now.setBackTo &&
    last.env === now.env &&
    last.staleAddresses === now.staleAddresses
  );
}
