import type { ContainerLine, NetworkAddress } from '../model/container.ts';

const DEFAULT_NETWORK = 'bridge';

/** Why a network comes where it does in the order. */
export type NetworkRank = 'preferred' | 'own' | 'default' | 'by-name';

/**
 * The networks of a container in the order in which their addresses are tried: the preferred in their order, that of
 * its own network mode, `bridge`, the others by name. So a container that is connected to one more network stays
 * where it was started.
 */
export function inOrder(
  { addresses, networkMode }: Pick<ContainerLine, 'addresses' | 'networkMode'>,
  preferred: readonly string[],
): readonly NetworkAddress[] {
  if (addresses.length < 2) {
    return addresses;
  }
  const rank = (one: NetworkAddress): number => {
    const index = preferred.indexOf(one.network);
    if (index !== -1) return index;
    return preferred.length + AFTER_PREFERRED.indexOf(rankOf(one, networkMode, preferred));
  };
  // The observation sorts networks by name, and this sort keeps the order of equals.
  return [...addresses].sort((a, b) => rank(a) - rank(b));
}

const AFTER_PREFERRED: readonly NetworkRank[] = ['own', 'default', 'by-name'];

/** Which rule gives a network its place. */
export function rankOf(
  { network, networkId }: NetworkAddress,
  networkMode: string,
  preferred: readonly string[],
): NetworkRank {
  if (preferred.includes(network)) return 'preferred';
  // A container that was started on a network by its id has the id there.
  if (networkMode === network || (networkId !== '' && networkMode === networkId)) return 'own';
  return network === DEFAULT_NETWORK ? 'default' : 'by-name';
}
