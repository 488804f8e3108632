import type { KnownContainer, NetworkAddress } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import { type Grounds, listInWords } from './grounds.ts';

/** The address of a container that a backend is reached at, or why there is none. */
export type AddressChoice =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** Which networks a person wants, by label and by configuration. */
export interface NetworkWish {
  /** `autodock.network`: this one or none. */
  readonly required: string | null;
  readonly preferred: readonly string[];
}

const DEFAULT_NETWORK = 'bridge';

/**
 * The required network's address; else that of the first network that has one: the preferred in their
 * order, `bridge`, the others by name. IPv4 before IPv6. Never another one than last time without a
 * cause, and never one that an inspection denied.
 *
 * @param holder has the addresses: the container itself, or the one whose network it shares.
 */
export function chooseAddress(holder: KnownContainer, wish: NetworkWish): AddressChoice {
  const seen = holder.addresses.map(({ network }) => network);
  const candidates =
    wish.required === null
      ? inOrder(holder.addresses, wish.preferred)
      : holder.addresses.filter(({ network }) => network === wish.required);
  for (const { network, ipv4, ipv6 } of candidates) {
    const address = ipv4 ?? ipv6;
    if (address !== null) {
      return holder.staleAddresses.includes(address)
        ? { kind: 'rejected', grounds: stale(address, network) }
        : { kind: 'address', address };
    }
  }
  return {
    kind: 'rejected',
    grounds: wish.required === null ? noAddress(seen) : notOnNetwork(holder, wish.required, seen),
  };
}

function inOrder(
  addresses: readonly NetworkAddress[],
  preferred: readonly string[],
): readonly NetworkAddress[] {
  if (addresses.length < 2) {
    return addresses;
  }
  const first = [...preferred, DEFAULT_NETWORK];
  const rank = ({ network }: NetworkAddress): number => {
    const index = first.indexOf(network);
    return index === -1 ? first.length : index;
  };
  // The observation sorts networks by name, and this sort keeps the order of equals.
  return [...addresses].sort((a, b) => rank(a) - rank(b));
}

function noAddress(seen: readonly string[]): Grounds {
  return {
    reason: 'no-address',
    detail: `The container has no address; networks seen: ${listInWords(seen)}.`,
    remedy: 'Start it on a network, e.g. with --network bridge.',
  };
}

function notOnNetwork(holder: KnownContainer, required: string, seen: readonly string[]): Grounds {
  const shown = escapeText(required);
  return {
    reason: 'no-address',
    detail: `autodock.network="${shown}", and the container has no address on that network; networks seen: ${listInWords(seen)}.`,
    remedy: `Connect it: docker network connect NETWORK ${shortId(holder.id)}; or set autodock.network to one of those seen.`,
  };
}

function stale(address: string, network: string): Grounds {
  return {
    reason: 'stale-address',
    detail: `Another container of network ${escapeText(network)} has the address ${escapeText(address)} now.`,
    remedy: 'Nothing to do: the engine still lists a container that has stopped or moved.',
  };
}
