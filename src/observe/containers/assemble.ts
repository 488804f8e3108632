import type {
  Barriers,
  ContainerLine,
  Inspection,
  KnownContainer,
  NetworkAddress,
  ObservedContainer,
  UnknownContainer,
} from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { ListedLine } from './container-line.ts';
import type { Settlement } from './disputes.ts';
import type { Doubts } from './doubts.ts';
import type { Inspections } from './inspections.ts';
import type { Networks } from './networks.ts';
import type { Stops } from './stops.ts';

/** What a line is completed with. */
export interface Knowledge {
  readonly inspections: Inspections;
  readonly networks: Networks;
  readonly settlement: Settlement;
  readonly doubts: Pick<Doubts, 'setBacks' | 'sharers'>;
  readonly stops: Pick<Stops, 'isStopping'>;
  readonly before: ReadonlyMap<ContainerId, KnownContainer>;
}

/**
 * A container as a pass sees it: its line, and what else is known of it. None where it is known to be gone, whatever
 * the list still shows.
 */
export function assemble(line: ListedLine, knowledge: Knowledge): readonly ObservedContainer[] {
  if ('kind' in line) return [line];
  const state = knowledge.inspections.state(line.id);
  switch (state.kind) {
    case 'gone':
      return [];
    case 'unknown':
      return [unknownOf(withStop(line, knowledge), knowledge, state.why)];
    case 'known':
      return [inspected(withStop(line, knowledge), state.inspection, knowledge)];
  }
}

function inspected(
  line: ContainerLine,
  inspection: Inspection,
  knowledge: Knowledge,
): ObservedContainer {
  const { networks, settlement, doubts, before } = knowledge;
  const unknown = (why: string) => unknownOf(line, knowledge, why);
  if (settlement.undecided.has(line.id)) return unknown('another container shows the same address');
  const isOlderThanNetwork = doubts.sharers.isOlder(line.id);
  if (isOlderThanNetwork === 'unknown') {
    return unknown('whether it is older than the network that it shares is being asked');
  }
  const verdict = doubts.setBacks.verdict(line);
  // It may be as healthy as it was: the claims tell whether it was routed.
  if (verdict === 'unknown') {
    return { ...unknown('whether a probe failed is being asked'), health: 'healthy' };
  }
  const staleAddresses = settlement.stale.get(line.id) ?? NONE;
  const health = healthOf(line, inspection, verdict === 'set-back');
  const last = before.get(line.id);
  const fixed = { ...health, isOlderThanNetwork, env: inspection.env, staleAddresses };
  const barriers = networks.barriers(line.addresses);
  const isTold = typeof barriers !== 'string';
  if (last !== undefined && isUnchanged(last, line, fixed)) {
    if (!isTold || areSame(last.barriers, barriers)) return last;
  }
  if (!isTold) return unknown(barriers);
  const { networkMode } = line;
  const told = { ...inspection, networkMode, ...fixed };
  return { ...line, ...told, kind: 'known', barriers };
}

/** What another container was confirmed to have, this one has no more, whatever else is unknown of it. */
function unknownOf(line: ContainerLine, { settlement }: Knowledge, why: string): UnknownContainer {
  const addresses = withoutStale(line.addresses, settlement.stale.get(line.id) ?? NONE);
  const unknown: UnknownContainer = { ...line, addresses, kind: 'unknown', why };
  return settlement.undecided.has(line.id) ? { ...unknown, isDisputed: true } : unknown;
}

/** Who is paused, or has ended, is what the list says. */
function withStop(line: ContainerLine, { stops }: Knowledge): ContainerLine {
  const isStopping = line.state === 'running' && stops.isStopping(line.id);
  return isStopping ? { ...line, state: 'stopping' } : line;
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
  now: Pick<
    KnownContainer,
    'health' | 'setBackTo' | 'env' | 'staleAddresses' | 'isOlderThanNetwork'
  >,
): boolean {
  return (
    last.addresses === line.addresses &&
    last.labels === line.labels &&
    last.state === line.state &&
    last.health === now.health &&
    last.setBackTo === now.setBackTo &&
    last.isOlderThanNetwork === now.isOlderThanNetwork &&
    last.env === now.env &&
    last.staleAddresses === now.staleAddresses
  );
}

function areSame(
  some: ReadonlyMap<string, Barriers>,
  others: ReadonlyMap<string, Barriers>,
): boolean {
  if (some === others) return true;
  const isSame = ([name, { ipv4, ipv6 }]: readonly [string, Barriers]) => {
    const other = others.get(name);
    return other?.ipv4 === ipv4 && other.ipv6 === ipv6;
  };
  return some.size === others.size && [...some].every(isSame);
}
