import type { KnownContainer, PublishedPort } from '../model/container.ts';
import { type Grounds, listInWords } from './grounds.ts';
import { remediesFor } from './remedies.ts';

/** The port of the host that leads to a port of a container, or why there is none. */
export type PublishedChoice =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** A binding that the engine made. */
interface BoundPort extends PublishedPort {
  readonly hostPort: number;
}

/** What a binding says that is one to all addresses of its family; podman tells no address. */
const EVERY_IPV4: readonly string[] = ['0.0.0.0', ''];
const EVERY_IPV6: readonly string[] = ['::', ''];
const EVERY: readonly string[] = ['0.0.0.0', '::', ''];

/**
 * Bindings that answer at the host's address. One to `::` is for IPv6 alone: `-p 80` makes two bindings, and on a
 * network in `routed` gateway mode that of IPv6 only.
 */
export function bindingsAt(
  published: readonly PublishedPort[],
  hostAddress: string,
): readonly BoundPort[] {
  const every = everyAddress(hostAddress);
  return published
    .filter((port) => isBound(port))
    .filter(({ ip }) => ip === hostAddress || every.includes(ip));
}

function isBound(port: PublishedPort): port is BoundPort {
  return port.hostPort !== null;
}

/** A name may stand for addresses of both families. */
function everyAddress(hostAddress: string): readonly string[] {
  if (hostAddress.includes(':')) return EVERY_IPV6;
  return /^\d+(?:\.\d+){3}$/.test(hostAddress) ? EVERY_IPV4 : EVERY;
}

/**
 * Of the bindings of `port` on the host's address or on all addresses, the lowest port of the host.
 *
 * @param holder has the bindings: the container itself, or (`isShared`) the one whose network it shares
 */
export function choosePublishedPort(
  holder: KnownContainer,
  port: number,
  { hostAddress, isShared }: { readonly hostAddress: string; readonly isShared: boolean },
): PublishedChoice {
  const hostPorts = bindingsAt(holder.published, hostAddress)
    .filter(({ containerPort }) => containerPort === port)
    .map(({ hostPort }) => hostPort);
  if (hostPorts.length > 0) {
    return { kind: 'port', port: Math.min(...hostPorts) };
  }
  const seen = holder.published
    .filter((one) => isBound(one))
    .map(({ ip, hostPort, containerPort }) => `${ip}:${hostPort} -> ${containerPort}`);
  return {
    kind: 'rejected',
    grounds: {
      reason: 'port-not-published',
      detail: `Port ${port} is not published on ${hostAddress}; published TCP ports: ${listInWords(seen)}.`,
      remedy: [
        remediesFor(holder).publish(port, hostAddress, isShared ? holder.name : null),
        ...(mayBeRouted(holder, port, hostAddress) ? [ROUTED_MODE] : []),
      ].join(' '),
    },
  };
}

/** Then the option that is asked for was perhaps given. */
const ROUTED_MODE =
  'On a network in routed gateway mode Docker publishes for IPv6 alone, or not at all: start it on another one.';

/** It was published, and is bound to no address, or to those of IPv6. */
function mayBeRouted({ published }: KnownContainer, port: number, hostAddress: string): boolean {
  const ofPort = published.filter(({ containerPort }) => containerPort === port);
  const isForIpv6 =
    ofPort.some(({ ip }) => ip === '::') && !everyAddress(hostAddress).includes('::');
  return isForIpv6 || ofPort.some(({ hostPort }) => hostPort === null);
}
