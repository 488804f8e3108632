import type { Barrier, Barriers, KnownContainer, NetworkAddress } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import { shortId } from '../model/ids.ts';
import { taskOf } from '../model/swarm.ts';
import { type Grounds, listInWords } from './grounds.ts';
import { inOrder } from './network-order.ts';
import { type Obstruction, type PassedOver, passedOverInWords } from './passed-over.ts';
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
  /** Other hosts share the Redis. */
  readonly isSwarm: boolean;
}

/**
 * The required network's address; else that of the first network in order that has one which the host reaches.
 * IPv4 before IPv6. Never another one than last time without a cause, and never one that an inspection denied.
 *
 * @param holder has the addresses: the container itself, or the one whose network it shares.
 */
export function chooseAddress(holder: KnownContainer, wish: NetworkWish): AddressChoice {
  return wish.required === null
    ? chooseReached(holder, wish)
    : chooseNamed(holder, { ...wish, required: wish.required });
}

/** A label that names a network is obeyed, whatever the network is, unless other nodes would find another container. */
function chooseNamed(
  holder: KnownContainer,
  wish: NetworkWish & { readonly required: string },
): AddressChoice {
  const { required } = wish;
  const named = holder.addresses.find(({ network }) => network === required);
  const address = named?.ipv4 ?? named?.ipv6 ?? null;
  if (address === null) return { kind: 'rejected', grounds: notOnNetwork(holder, required) };
  const { ipv4, ipv6 } = holder.barriers.get(required) ?? NO_BARRIERS;
  if (obstructionOf(required, ipv4 ?? ipv6, wish) === 'local') {
    const passedOver = [{ network: required, barrier: 'local' as const }];
    return { kind: 'rejected', grounds: unreachable(holder, passedOver, wish) };
  }
  return chosen(holder, { address, network: required, passedOver: [] });
}

function chooseReached(holder: KnownContainer, wish: NetworkWish): AddressChoice {
  const passedOver: PassedOver[] = [];
  for (const one of inOrder(holder, wish.preferred)) {
    const { network } = one;
    const barriers = holder.barriers.get(network) ?? NO_BARRIERS;
    const { address, barrier } = reachedOn(one, {
      ipv4: obstructionOf(network, barriers.ipv4, wish),
      ipv6: obstructionOf(network, barriers.ipv6, wish),
    });
    if (address !== null) return chosen(holder, { address, network, passedOver });
    if (barrier !== null) passedOver.push({ network, barrier });
  }
  const grounds =
    passedOver.length === 0 ? noAddress(holder) : unreachable(holder, passedOver, wish);
  return { kind: 'rejected', grounds };
}

const NO_BARRIERS: Barriers = { ipv4: null, ipv6: null };

/**
 * Why the address on a network is not taken; null: it is. The front is on the overlays that are configured. What has
 * no barrier is of this host alone, whatever it is called.
 */
function obstructionOf(
  network: string,
  barrier: Barrier | null,
  { preferred, isSwarm }: NetworkWish,
): Obstruction | null {
  if (barrier === 'overlay') return preferred.includes(network) ? null : barrier;
  return barrier === null && isSwarm ? 'local' : barrier;
}

interface Obstructions {
  readonly ipv4: Obstruction | null;
  readonly ipv6: Obstruction | null;
}

/** An address without an obstruction; else that of the first. */
function reachedOn(
  { ipv4, ipv6 }: Pick<NetworkAddress, 'ipv4' | 'ipv6'>,
  barriers: Obstructions,
): { readonly address: string | null; readonly barrier: Obstruction | null } {
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
    remedy: remedyWithoutAddress(holder),
  };
}

function remedyWithoutAddress(holder: KnownContainer): string {
  const { networkMode, addresses } = holder;
  if (/^(slirp4netns|pasta)\b/.test(networkMode)) {
    return `By ${escapeText(networkMode)} nothing but published ports is reached: publish the port, and set AUTODOCK_ADDRESS=published.`;
  }
  // podman lists no network there, and connects it to none either.
  const mayBeConnected = addresses.length === 0 && networkMode !== 'none';
  return remediesFor(holder).join(mayBeConnected ? shortId(holder.id) : null);
}

function unreachable(
  holder: KnownContainer,
  passedOver: readonly PassedOver[],
  wish: NetworkWish,
): Grounds {
  return {
    reason: 'unreachable-network',
    detail: `The ${holder.noun} is on no network that the ${wish.isSwarm ? 'front' : 'host'} reaches: ${passedOver.map(passedOverInWords).join('; ')}.`,
    remedy: wayToBeReached(holder, passedOver, wish),
  };
}

function wayToBeReached(
  holder: KnownContainer,
  passedOver: readonly PassedOver[],
  { preferred, isSwarm }: NetworkWish,
): string {
  const { connect } = remediesFor(holder);
  const id = shortId(holder.id);
  if (isSwarm) return `Connect it to the front's network: ${connect(id, preferred[0] ?? NETWORK)}`;
  if (taskOf(holder.labels) !== null) {
    return `Run autodock on the whole swarm (deploy/up --swarm), and connect the service to its network: ${connect(id, 'autodock')}`;
  }
  const [first] = passedOver.map(({ network }) => escapeText(network));
  return `Connect it to a bridge network: ${connect(id, NETWORK)}; or, if the front does reach it, set autodock.network=${first}.`;
}

/** Where a person puts a name. */
const NETWORK = 'NETWORK';

function notOnNetwork(holder: KnownContainer, required: string): Grounds {
  const shown = escapeText(required);
  return {
    reason: 'no-address',
    detail: `autodock.network="${shown}", and the ${holder.noun} has no address on that network; networks seen: ${networksSeen(holder)}.`,
    remedy: `Connect it: ${remediesFor(holder).connect(shortId(holder.id), NETWORK)}; or set autodock.network to one of those seen.`,
  };
}

function stale({ network, address }: Chosen): Grounds {
  return {
    reason: 'stale-address',
    detail: `Another container of network ${escapeText(network)} has the address ${escapeText(address)} now.`,
    remedy: 'Nothing to do: the engine still lists a container that has stopped or moved.',
  };
}
