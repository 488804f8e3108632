import { addressOf } from '../model/backend-url.ts';
import type { ContainerLine } from '../model/container.ts';
import type { Drain } from '../model/drain.ts';
import type { Workload } from '../model/workload.ts';
import { readLabels } from './labels.ts';
import type { NetworkStack } from './network-stack.ts';
import { passingObstacle } from './passing-obstacle.ts';
import { bindingsAt } from './published.ts';
import type { DesireSettings } from './settings.ts';
import { standingObstacle } from './standing-obstacle.ts';

/** What a workload of which something is unknown keeps of what is claimed in its id. */
export type Keep =
  /** Nothing is known of its addresses. */
  | { readonly kind: 'all' }
  | { readonly kind: 'if'; readonly stillHas: (url: string) => boolean }
  /** Its line says that it cannot be routed for the moment: no backend, but the vhosts are held. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'nothing' };

/** What was said or happened of a workload elsewhere. */
export interface KeepContext {
  /** null: nobody drained it. */
  readonly drain: Drain | null;
  /** Addresses were dealt anew since the claims were written: they tell nothing that the engine does not tell now. */
  readonly areClaimsOld: boolean;
}

/**
 * Unknown is not absent, but what the container's line does say counts: a paused one is not routed, one
 * that moved has not its old address. Only its environment and exposed ports are unknown.
 */
export function keepOf(
  workload: Workload,
  stack: NetworkStack,
  settings: DesireSettings,
  { drain, areClaimsOld }: KeepContext,
): Keep {
  if (workload.kind === 'unreadable' || workload.reach === 'address') {
    return { kind: drain === null && !areClaimsOld ? 'all' : 'hold' };
  }
  const labels = readLabels(workload.labels);
  const isBarred = standingObstacle(workload, labels) !== null;
  if (workload.state === 'other' || isBarred || stack.kind === 'gone') {
    return { kind: 'nothing' };
  }
  if (passingObstacle(workload, labels, settings, drain) !== null) {
    return { kind: 'hold' };
  }
  if (areClaimsOld && !isPlaceTold(workload, stack)) return { kind: 'hold' };
  const holder = stack.kind === 'own' ? workload : stack.holder;
  return holder.kind === 'unreadable'
    ? { kind: 'all' }
    : { kind: 'if', stillHas: addressTest(holder, settings.hostAddress) };
}

/** Whether its own line tells where it is, and no other line the same. */
function isPlaceTold(workload: Workload, stack: NetworkStack): boolean {
  return stack.kind === 'own' && !(workload.kind === 'unknown' && workload.isDisputed);
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
