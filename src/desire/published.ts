import type { KnownContainer, PublishedPort } from '../model/container.ts';
import { type Grounds, listInWords } from './grounds.ts';
import { remediesFor } from './remedies.ts';

/** The port of the host that leads to a port of a container, or why there is none. */
export type PublishedChoice =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

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
): readonly PublishedPort[] {
  const every = everyAddress(hostAddress);
  return published.filter(({ ip }) => ip === hostAddress || every.includes(ip));
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
  const seen = holder.published.map(
    ({ ip, hostPort, containerPort }) => `${ip}:${hostPort} -> ${containerPort}`,
  );
  return {
    kind: 'rejected',
    grounds: {
      reason: 'port-not-published',
      detail: `Port ${port} is not published on ${hostAddress}; published TCP ports: ${listInWords(seen)}.`,
      remedy: [
        remediesFor(holder).publish(port, hostAddress, isShared ? holder.name : null),
        ...(isForIpv6Alone(holder, port, hostAddress) ? [ROUTED_MODE] : []),
      ].join(' '),
    },
  };
}

/** Then the option that is asked for was perhaps given. */
const ROUTED_MODE =
  'On a network in routed gateway mode Docker publishes for IPv6 alone: start it on another one.';

function isForIpv6Alone({ published }: KnownContainer, port: number, hostAddress: string): boolean {
  const isBound = published.some(({ ip, containerPort }) => ip === '::' && containerPort === port);
  return isBound && !everyAddress(hostAddress).includes('::');
}
