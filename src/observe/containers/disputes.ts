import type { ContainerLine, KnownContainer, NetworkAddress } from '../../model/container.ts';
import type { ContainerId } from '../../model/ids.ts';
import type { InspectReply } from './inspection.ts';

/** Who is in doubt about an address, and what was found out. */
export interface Settlement {
  /** Containers whose addresses nobody confirmed: they are unknown for now. */
  readonly undecided: ReadonlySet<ContainerId>;
  /** Addresses that a container's line shows although another container was confirmed to have them. */
  readonly stale: ReadonlyMap<ContainerId, readonly string[]>;
  /** Who shows what it was not confirmed to have: so it stays until it is, also when nobody else shows that any more. */
  readonly denied: ReadonlySet<UnconfirmedPlace>;
}

/** A container and the place that it was not confirmed to have, as text. */
export type UnconfirmedPlace = `${ContainerId} ${string} ${string}`;

/** One address on one network that several containers show. */
export interface Dispute {
  readonly network: string;
  readonly address: string;
  /** The youngest first. */
  readonly between: readonly ContainerId[];
}

/**
 * Finds addresses that two running containers show on one network. An engine's list lags (on 20.10 by
 * seconds), and addresses are given away again within a second: one of the two lines is stale. It is still stale
 * when the other one has gone.
 *
 * @param denied what the last settlement left unconfirmed
 */
export function findDisputes(
  lines: readonly ContainerLine[],
  denied: ReadonlySet<UnconfirmedPlace>,
): readonly Dispute[] {
  const byPlace = new Map<string, { network: string; address: string; between: ContainerId[] }>();
  for (const line of lines) {
    for (const [network, address] of placesOf(line)) {
      const key = `${address} ${network}`;
      const place = byPlace.get(key);
      if (place === undefined) byPlace.set(key, { network, address, between: [line.id] });
      else place.between.push(line.id);
    }
  }
  const isDenied = ({ network, address, between }: Dispute) =>
    denied.size > 0 && between.some((id) => denied.has(`${id} ${address} ${network}`));
  const disputed = [...byPlace.values()].filter(
    (place) => place.between.length > 1 || isDenied(place),
  );
  if (disputed.length === 0) return [];
  const createdAt = new Map(lines.map((line) => [line.id, line.createdAt]));
  const age = (id: ContainerId) => createdAt.get(id) ?? 0;
  return disputed.map((place) => ({
    ...place,
    between: place.between.toSorted((a, b) => age(b) - age(a)),
  }));
}

function* placesOf(line: ContainerLine): Generator<readonly [network: string, address: string]> {
  for (const { network, ipv4, ipv6 } of line.addresses) {
    if (ipv4 !== null) yield [network, ipv4];
    if (ipv6 !== null) yield [network, ipv6];
  }
}

/**
 * Asks who has the address, one after the other until one has: whoever came to show it last is asked first, as a
 * dead container's inspection hangs for as long as the list lags. One that hangs already is passed over, and its
 * answer taken when it comes.
 *
 * @param before who showed the address in the pass before
 */
export async function askClaimants(
  { network, address, between }: Dispute,
  before: ReadonlyMap<ContainerId, KnownContainer>,
  { isHanging, ask }: Asking,
): Promise<void> {
  const rank = (id: ContainerId) => {
    const last = before.get(id);
    if (last === undefined || !holds(last.addresses, network, address)) return 0;
    return last.staleAddresses.includes(address) ? 2 : 1;
  };
  for (const id of between.filter(isHanging)) void ask(id, false);
  const waiting = between.filter((id) => !isHanging(id)).sort((a, b) => rank(a) - rank(b));
  for (const id of waiting) if (has(await ask(id, rank(id) < 2), network, address)) return;
}

/** How claimants are asked. */
export interface Asking {
  readonly isHanging: (id: ContainerId) => boolean;
  /** `isLikely`: nothing says yet that this one has lost the address. */
  readonly ask: (id: ContainerId, isLikely: boolean) => Promise<InspectReply | 'gone' | null>;
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
  const denied = new Set<UnconfirmedPlace>();
  for (const { network, address, between } of disputes) {
    const confirmed = between.filter((id) => has(replies.get(id) ?? null, network, address));
    for (const id of between) {
      if (confirmed.includes(id)) continue;
      denied.add(`${id} ${address} ${network}`);
      if (confirmed.length === 0) undecided.add(id);
      else stale.set(id, [...(stale.get(id) ?? []), address]);
    }
  }
  return { undecided, stale, denied };
}

function has(reply: InspectReply | 'gone' | null, network: string, address: string): boolean {
  return (
    reply !== null && reply !== 'gone' && reply.running && holds(reply.addresses, network, address)
  );
}

function holds(addresses: readonly NetworkAddress[], network: string, address: string): boolean {
  const found = addresses.find((candidate) => candidate.network === network);
  return found !== undefined && (found.ipv4 === address || found.ipv6 === address);
}
