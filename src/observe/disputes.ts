import type { ContainerLine } from '../model/container.ts';
import type { ContainerId } from '../model/ids.ts';
import type { InspectReply } from './inspection.ts';

/** Who is in doubt about an address, and what was found out. */
export interface Settlement {
  /** Containers whose addresses nobody confirmed: they are unknown for now. */
  readonly undecided: ReadonlySet<ContainerId>;
  /** Addresses that a container's line shows although another container was confirmed to have them. */
  readonly stale: ReadonlyMap<ContainerId, readonly string[]>;
}

interface Dispute {
  readonly network: string;
  readonly address: string;
  readonly between: readonly ContainerId[];
}

/**
 * Finds addresses that two running containers show on one network. An engine's list lags (on 20.10 by
 * seconds), and addresses are given away again within a second: one of the two lines is stale.
 */
export function findDisputes(lines: readonly ContainerLine[]): readonly Dispute[] {
  const byPlace = new Map<string, { network: string; address: string; between: ContainerId[] }>();
  for (const line of lines) {
    for (const [network, address] of placesOf(line)) {
      const key = `${address} ${network}`;
      const place = byPlace.get(key);
      if (place === undefined) byPlace.set(key, { network, address, between: [line.id] });
      else place.between.push(line.id);
    }
  }
  return [...byPlace.values()].filter((place) => place.between.length > 1);
}

function* placesOf(line: ContainerLine): Generator<readonly [network: string, address: string]> {
  for (const { network, ipv4, ipv6 } of line.addresses) {
    if (ipv4 !== null) yield [network, ipv4];
    if (ipv6 !== null) yield [network, ipv6];
  }
}

/**
 * Decides disputes by fresh inspections: an address belongs to the one that runs and has it, whatever the
 * others' inspections do (a dead container's may hang for as long as the list lags).
 */
export function settleDisputes(
  disputes: readonly Dispute[],
  replies: ReadonlyMap<ContainerId, InspectReply | 'gone' | null>,
): Settlement {
  const undecided = new Set<ContainerId>();
  const stale = new Map<ContainerId, string[]>();
  for (const { network, address, between } of disputes) {
    const confirmed = between.filter((id) => has(replies.get(id) ?? null, network, address));
    for (const id of between) {
      if (confirmed.includes(id)) continue;
      if (confirmed.length === 0) undecided.add(id);
      else stale.set(id, [...(stale.get(id) ?? []), address]);
    }
  }
  return { undecided, stale };
}

function has(reply: InspectReply | 'gone' | null, network: string, address: string): boolean {
  if (reply === null || reply === 'gone' || !reply.running) return false;
  const found = reply.addresses.find((candidate) => candidate.network === network);
  return found !== undefined && (found.ipv4 === address || found.ipv6 === address);
}
