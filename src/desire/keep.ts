import { addressOf } from '../model/backend-url.ts';
import type { ContainerLine, ObservedContainer } from '../model/container.ts';
import { readLabels } from './labels.ts';
import type { NetworkStack } from './network-stack.ts';
import { passingObstacle, standingObstacle } from './obstacle.ts';
import { bindingsAt } from './published.ts';
import type { DesireSettings } from './settings.ts';

/** What a container of which something is unknown keeps of what is claimed in its id. */
export type Keep =
  /** Nothing is known of its addresses. */
  | { readonly kind: 'all' }
  | { readonly kind: 'if'; readonly stillHas: (url: string) => boolean }
  /** Its line says that it cannot be routed for the moment: no backend, but the vhosts are held. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'nothing' };

/**
 * Unknown is not absent, but what the container's line does say counts: a paused one is not routed, one
 * that moved has not its old address. Only its environment and exposed ports are unknown.
 */
export function keepOf(
  container: ObservedContainer,
  stack: NetworkStack,
  settings: DesireSettings,
): Keep {
  if (container.kind === 'unreadable') {
    return { kind: 'all' };
  }
  const labels = readLabels(container.labels);
  if (container.state === 'other' || standingObstacle(labels) !== null || stack.kind === 'gone') {
    return { kind: 'nothing' };
  }
  if (passingObstacle(container, labels, settings) !== null) {
    return { kind: 'hold' };
  }
  const holder = stack.kind === 'own' ? container : stack.holder;
  return holder.kind === 'unreadable'
    ? { kind: 'all' }
    : { kind: 'if', stillHas: addressTest(holder, settings.hostAddress) };
}

/** Tells of a URL whether a container with these addresses answers there. */
function addressTest(holder: ContainerLine, hostAddress: string): (url: string) => boolean {
  const own = holder.addresses.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]);
  const published = bindingsAt(holder.published, hostAddress).map(({ hostPort }) => hostPort);
  return (url) => {
    const address = addressOf(url);
    if (address === null || address !== hostAddress) {
      return address !== null && own.includes(address);
    }
    const port = Number(url.slice(url.lastIndexOf(':') + 1));
    return holder.networkMode === 'host' || own.includes(address) || published.includes(port);
  };
}
