import { backendUrl, type Scheme } from '../model/backend-url.ts';
import type { KnownContainer } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import { type BackendUrl, parseContainerId, shortId } from '../model/ids.ts';
import type { KnownWorkload } from '../model/workload.ts';
import { chooseAddress } from './address.ts';
import { isFront } from './front.ts';
import type { Grounds } from './grounds.ts';
import type { NetworkStack } from './network-stack.ts';
import { choosePublishedPort } from './published.ts';
import { serviceOf } from './services.ts';
import type { DesireSettings } from './settings.ts';

/** The network mode, and the network's name in the list. */
const HOST = 'host';

/** The URL at which a workload answers on one of its ports, or why there is none. */
export type BackendChoice =
  | { readonly kind: 'backend'; readonly url: BackendUrl }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** The stack of a container whose holder is known, or gone. */
export type SettledStack = Exclude<NetworkStack, { kind: 'unknown' }>;

/** What the backends of one workload have in common. */
export interface BackendContext {
  readonly workload: KnownWorkload;
  readonly stack: SettledStack;
  /** `autodock.network`, or null. */
  readonly network: string | null;
  readonly settings: DesireSettings;
}

/** Where the workload answers on one of its ports, or why that is nowhere. */
type PlaceChoice =
  | { readonly kind: 'place'; readonly address: string; readonly port: number }
  | { readonly kind: 'rejected'; readonly grounds: Grounds };

/** Chooses where a port of the workload is reached; never the front itself. */
export function chooseBackend(
  context: BackendContext,
  port: number,
  scheme: Scheme,
): BackendChoice {
  const choice = choosePlace(context, port);
  if (choice.kind === 'rejected') {
    return choice;
  }
  const url = backendUrl(choice.address, choice.port, scheme);
  if (!isFront(url, context.settings)) {
    return { kind: 'backend', url };
  }
  return {
    kind: 'rejected',
    grounds: {
      reason: 'loop',
      detail: `${url} is the front itself; a request would go round in a circle.`,
      remedy: 'Route to the application behind the front, or correct AUTODOCK_FRONT_ADDRESSES.',
    },
  };
}

function choosePlace(context: BackendContext, port: number): PlaceChoice {
  const { workload, stack, network, settings } = context;
  if (workload.reach === 'address') {
    return place(workload.address, port);
  }
  if (stack.kind === 'gone') {
    return { kind: 'rejected', grounds: holderGone(workload, stack.reference) };
  }
  if (stack.kind === 'shared' && workload.isOlderThanNetwork) {
    return { kind: 'rejected', grounds: olderThanNetwork(workload, stack.holder) };
  }
  const holder = stack.kind === 'own' ? workload : stack.holder;
  const isPublished = settings.address === 'published';
  // No network's address is used then, so autodock.network has no say.
  const isNetworkFree = isPublished || network === null || network === HOST;
  if (holder.networkMode === HOST && isNetworkFree) {
    return place(settings.hostAddress, port);
  }
  return isPublished ? chooseAtHost(context, holder, port) : chooseOnNetwork(context, holder, port);
}

/** On a node of a swarm a port of the host is good, too: it is the same container for every front. */
function chooseOnNetwork(
  context: BackendContext,
  holder: KnownContainer,
  port: number,
): PlaceChoice {
  const { network, settings } = context;
  const { networks: preferred, isSwarm } = settings;
  const choice = chooseAddress(holder, { required: network, preferred, isSwarm });
  if (choice.kind === 'address') return place(choice.address, port);
  const instead = isSwarm && network === null ? chooseAtHost(context, holder, port) : choice;
  return instead.kind === 'place' ? instead : choice;
}

function chooseAtHost(
  { stack, settings: { hostAddress } }: BackendContext,
  holder: KnownContainer,
  port: number,
): PlaceChoice {
  const choice = choosePublishedPort(holder, port, {
    hostAddress,
    isShared: stack.kind === 'shared',
  });
  return choice.kind === 'port' ? place(hostAddress, choice.port) : choice;
}

function place(address: string, port: number): PlaceChoice {
  return { kind: 'place', address, port };
}

function olderThanNetwork({ name }: KnownContainer, holder: KnownContainer): Grounds {
  return {
    reason: 'older-than-network',
    detail: `The container shares the network of ${escapeText(holder.name)}, which was started after it: it is left without one.`,
    remedy: `docker restart ${escapeText(name)}`,
  };
}

/** Why a container without the one whose network it shares has neither an address nor that one's ports; null: it has it. */
export function lostHolder({
  workload,
  stack,
}: Pick<BackendContext, 'workload' | 'stack'>): Grounds | null {
  return stack.kind === 'gone' && workload.reach === 'networks'
    ? holderGone(workload, stack.reference)
    : null;
}

/** An engine gives the whole id, of which people know the beginning. */
function named(reference: string): string {
  const id = /^[0-9a-f]{64}$/.test(reference) ? parseContainerId(reference) : null;
  return id === null ? reference : shortId(id);
}

/** A restart alone mends it only while the other is the same: one that was created anew has another id. */
function holderGone({ name, labels }: KnownContainer, reference: string): Grounds {
  const service = serviceOf(labels);
  const word = service === null ? '' : `${service.project} ${service.service}`;
  // What is not a name is not put into a command.
  const remedy = /^[\w.-]+ [\w.-]+$/.test(word)
    ? `Create both anew: docker compose -p ${service?.project} up -d --force-recreate ${service?.service}`
    : `Start that container, then docker restart ${escapeText(name)}; if it was created anew, create this one anew, too.`;
  return {
    reason: 'no-address',
    detail: `The container shares the network of ${escapeText(named(reference))}, which does not run.`,
    remedy,
  };
}
