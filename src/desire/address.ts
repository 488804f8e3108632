import type { Barrier, Barriers, KnownContainer, NetworkAddress } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import { type Grounds, listInWords } from './grounds.ts';
import { inOrder } from './network-order.ts';
import { type PassedOver, passedOverInWords } from './passed-over.ts';
import { remediesFor } from './remedies.ts';

/** The address of a container that a backend is reached at, or why there is none. */
export type AddressChoice =
  | {
      readonly kind: 'address';
      readonly address: string;
      readonly network: string;
      /** Networks that come first in the order, and that the host does not reach. */
      readonly passedOver: readonly PassedOver[];
    }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** Which networks a person wants, by label and by configuration. */
export interface NetworkWish {
  /** `autodock.network`: this one or none. */
  readonly required: string | null;
  readonly preferred: readonly string[];
}

/**
 * The required network's address; else that of the first network in order that has one which the host reaches.
 * IPv4 before IPv6. Never another one than last time without a cause, and never one that an inspection denied.
 *
 * @param holder has the addresses: the container itself, or the one whose network it shares.
 */
export function chooseAddress(holder: KnownContainer, wish: NetworkWish): AddressChoice {
  return wish.required === null ? chooseReached(holder, wish) : chooseNamed(holder, wish.required);
}

/** A label that names a network is obeyed, whatever the network is. */
function chooseNamed(holder: KnownContainer, required: string): AddressChoice {
  const named = holder.addresses.find(({ network }) => network === required);
  const address = named?.ipv4 ?? named?.ipv6 ?? null;
  return address === null
    ? { kind: 'rejected', grounds: notOnNetwork(holder, required) }
    : chosen(holder, { address, network: required, passedOver: [] });
}

function chooseReached(holder: KnownContainer, { preferred }: NetworkWish): AddressChoice {
  const passedOver: PassedOver[] = [];
  for (const { network, ...addresses } of inOrder(holder, preferred)) {
    const { address, barrier } = reachedOn(addresses, holder.barriers.get(network) ?? NO_BARRIERS);
    if (address !== null) return chosen(holder, { address, network, passedOver });
    if (barrier !== null) passedOver.push({ network, barrier });
  }
  const grounds = passedOver.length === 0 ? noAddress(holder) : unreachable(holder, passedOver);
  return { kind: 'rejected', grounds };
}

const NO_BARRIERS: Barriers = { ipv4: null, ipv6: null };

/** An address without a barrier; else what keeps the host from the first. */
function reachedOn(
  { ipv4, ipv6 }: Pick<NetworkAddress, 'ipv4' | 'ipv6'>,
  barriers: Barriers,
): { readonly address: string | null; readonly barrier: Barrier | null } {
  const families = [
    { address: ipv4, barrier: barriers.ipv4 },
    { address: ipv6, barrier: barriers.ipv6 },
  ].filter(({ address }) => address !== null);
  const free = families.find(({ barrier }) => barrier === null);
  return free ?? { address: null, barrier: families[0]?.barrier ?? null };
}

type Chosen = Omit<Extract<AddressChoice, { kind: 'address' }>, 'kind'>;

function chosen(holder: KnownContainer, choice: Chosen): AddressChoice {
  return holder.staleAddresses.includes(choice.address)
    ? { kind: 'rejected', grounds: stale(choice) }
    : { kind: 'address', ...choice };
}

function networksSeen({ addresses }: KnownContainer): string {
  return listInWords(addresses.map(({ network }) => network));
}

function noAddress(holder: KnownContainer): Grounds {
  return {
    reason: 'no-address',
    detail: `The ${holder.noun} has no address; networks seen: ${networksSeen(holder)}.`,
    remedy: remediesFor(holder.noun).join(),
  };
}

function unreachable(holder: KnownContainer, passedOver: readonly PassedOver[]): Grounds {
  const [first] = passedOver.map(({ network }) => escapeText(network));
  return {
    reason: 'unreachable-network',
    detail: `The ${holder.noun} is on no network that the host reaches: ${passedOver.map(passedOverInWords).join('; ')}.`,
    remedy: `Connect it to a bridge network: ${remediesFor(holder.noun).connect(shortId(holder.id))}; or, if the front does reach it, set autodock.network=${first}.`,
  };
}

function notOnNetwork(holder: KnownContainer, required: string): Grounds {
  const shown = escapeText(required);
  return {
    reason: 'no-address',
    detail: `autodock.network="${shown}", and the ${holder.noun} has no address on that network; networks seen: ${networksSeen(holder)}.`,
    remedy: `Connect it: ${remediesFor(holder.noun).connect(shortId(holder.id))}; or set autodock.network to one of those seen.`,
  };
}

function stale({ network, address }: Chosen): Grounds {
  return {
    reason: 'stale-address',
    detail: `Another container of network ${escapeText(network)} has the address ${escapeText(address)} now.`,
    remedy: 'Nothing to do: the engine still lists a container that has stopped or moved.',
  };
}
