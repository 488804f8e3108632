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
  holder: Pick<ContainerLine, 'addresses' | 'networkMode'>,
  preferred: readonly string[],
): readonly NetworkAddress[] {
  const { addresses } = holder;
  if (addresses.length < 2) {
    return addresses;
  }
  const rank = (one: NetworkAddress): number => {
    const index = preferred.indexOf(one.network);
    if (index !== -1) return index;
    return preferred.length + AFTER_PREFERRED.indexOf(rankOf(one.network, holder, preferred));
  };
  // The observation sorts networks by name, and this sort keeps the order of equals.
  return [...addresses].sort((a, b) => rank(a) - rank(b));
}

const AFTER_PREFERRED: readonly NetworkRank[] = ['own', 'default', 'by-name'];

/** Which rule gives a network its place. */
export function rankOf(
  network: string,
  holder: Pick<ContainerLine, 'addresses' | 'networkMode'>,
  preferred: readonly string[],
): NetworkRank {
  if (preferred.includes(network)) return 'preferred';
  if (network === ownNetworkOf(holder)) return 'own';
  return network === DEFAULT_NETWORK ? 'default' : 'by-name';
}

/**
 * That of the network mode. A container that was started on a network by its id has the id there; on Docker 20.10 as
 * short as it was typed.
 */
function ownNetworkOf({
  addresses,
  networkMode: mode,
}: Pick<ContainerLine, 'addresses' | 'networkMode'>): string | null {
  if (addresses.some(({ network }) => network === mode)) return mode;
  const isId = /^[0-9a-f]{4,64}$/.test(mode);
  return addresses.find(({ networkId }) => isId && networkId.startsWith(mode))?.network ?? null;
}
