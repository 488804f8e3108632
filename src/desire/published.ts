import type { KnownContainer, PublishedPort } from '../model/container.ts';
import { type Grounds, listInWords } from './grounds.ts';

/** The port of the host that leads to a port of a container, or why there is none. */
export type PublishedChoice =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** `''`: an engine that does not tell the address of a binding. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::', ''];

/** Bindings that answer at the host's address. */
export function bindingsAt(
  published: readonly PublishedPort[],
  hostAddress: string,
): readonly PublishedPort[] {
  return published.filter(({ ip }) => ip === hostAddress || EVERY_ADDRESS.includes(ip));
}

/** Of the bindings of `port` on the host's address or on all addresses, the lowest port of the host. */
export function choosePublishedPort(
  holder: KnownContainer,
  port: number,
  hostAddress: string,
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
      remedy: `Start the container with -p ${port}, or with -p ${hostAddress}::${port}.`,
    },
  };
}
