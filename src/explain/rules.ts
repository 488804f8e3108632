import { chooseAddress } from '../desire/address.ts';
import { readHosts } from '../desire/hosts.ts';
import { readLabels } from '../desire/labels.ts';
import { type NetworkRank, rankOf } from '../desire/network-order.ts';
import { passedOverInWords } from '../desire/passed-over.ts';
import { choosePort } from '../desire/port.ts';
import { readRequests } from '../desire/requests.ts';
import type { DesireSettings } from '../desire/settings.ts';
import type { KnownContainer } from '../model/container.ts';
import { escapeText } from '../model/escape.ts';
import type { RejectionReason, Route } from '../model/frontend.ts';
import type { KnownWorkload } from '../model/workload.ts';

/** The rule behind each reason, in words. */
export const RULES: Readonly<Record<RejectionReason, string>> = {
  'bad-vhost':
    'A vhost is a host name, an IPv4 address, *.example.com or *, and nothing around it.',
  'bad-port': 'A port is a decimal number from 1 to 65535.',
  'port-not-exposed': 'A route leads only to a TCP port that the container exposes.',
  'port-not-published':
    'With AUTODOCK_ADDRESS=published a route leads only to a port that is published on the host.',
  'no-address': 'A route leads to an address of the container; with autodock.network, only there.',
  'unreachable-network':
    'A route leads to an address that the front reaches; elsewhere only where autodock.network says so.',
  'older-than-network':
    'A container that shares a network answers there if it was started after it.',
  starting:
    'A container with a HEALTHCHECK is routed once it is healthy, and a newer version once it is complete.',
  unhealthy: 'A container with a HEALTHCHECK is routed while it is healthy.',
  paused: 'A paused container answers nobody.',
  restarting: 'A container that is being restarted answers nobody.',
  stopping:
    'A container gets no new requests from its stop signal on, for AUTODOCK_STOPPING at most.',
  drained: 'A drained container gets no new requests, until it is undrained or has ended.',
  'older-version':
    'With autodock.versions=newest one version of an application answers a host at a time.',
  disabled: 'autodock.enable=false keeps a container from being routed.',
  'one-off': 'What docker compose run starts does not join the host of its service.',
  'bad-label': 'A label of autodock that cannot be followed is never guessed at.',
  limit: 'At most 100 vhosts for a container, and 1,000 entries for a vhost.',
  conflict: 'What a front does for a host as a whole is what its oldest container asks for.',
  'stale-address': 'An address belongs to the container that really has it.',
  loop: 'No route leads to the front itself.',
  unreadable: 'Of a container that cannot be read, what it has stays.',
};

/** What decides besides the workload. */
export interface RuleContext {
  readonly settings: DesireSettings;
  /** Whose network it shares; null: it has its own. */
  readonly holder: KnownContainer | null;
}

/** Why a route leads to this port and this address, one sentence each. */
export function rulesOf(
  workload: KnownWorkload,
  route: Route,
  { settings, holder }: RuleContext,
): readonly string[] {
  return [
    portRule(workload, route, holder),
    addressRule(workload, settings),
    ...healthRule(workload),
  ];
}

/** Only where the engine's word and ours differ. */
function healthRule(workload: KnownWorkload): readonly string[] {
  const setBackTo = workload.reach === 'networks' ? workload.setBackTo : null;
  return setBackTo === null
    ? []
    : [
        `Health: the engine says ${setBackTo}, and no probe failed since it was healthy: it set this back by itself, as it does when it restarts or unpauses.`,
      ];
}

function portRule(
  { labels, env, noun, exposedPorts }: KnownWorkload,
  { vhost }: Route,
  holder: KnownContainer | null,
): string {
  const { requests } = readRequests(readLabels(labels), env);
  const { byRequest } = readHosts(requests);
  const request = requests.find((one) => byRequest.get(one)?.includes(vhost));
  if (request === undefined) return 'Port: none.';
  const choice = choosePort(request, { noun, labels, exposedPorts, holder });
  if (choice.kind === 'rejected') return 'Port: none.';
  const isOfHolder = holder !== null && !exposedPorts.includes(choice.port);
  const exposed = isOfHolder
    ? `which ${escapeText(holder.name)} exposes, whose network it shares`
    : 'which is exposed';
  const { port } = request;
  if (port !== null) return `Port: ${port.from}=${escapeText(port.value)}, ${exposed}.`;
  const none = request.isPortEmpty ? `${request.portName} is set and empty` : 'none is set';
  if (choice.port === 80) return `Port: ${none}, so 80, ${exposed}.`;
  const whose = isOfHolder ? `, ${exposed}` : ' that is';
  return `Port: ${none} and 80 is not exposed, so ${choice.port}, the only TCP port${whose}.`;
}

function addressRule(workload: KnownWorkload, settings: DesireSettings): string {
  if (workload.reach === 'address') {
    return `Address: ${escapeText(workload.address)}, its only one.`;
  }
  const { networkMode, labels } = workload;
  const wanted = readLabels(labels).own.get('network')?.value ?? '';
  const { hostAddress } = settings;
  if (networkMode.startsWith('container:')) {
    return 'Address: that of the container whose network it shares.';
  }
  if (networkMode === 'host') {
    return `Address: ${hostAddress} (hostAddress), as it is on the host's network.`;
  }
  if (settings.address === 'published') {
    return `Address: ${hostAddress} (hostAddress), and the port of the host that is published there.`;
  }
  if (wanted !== '') return `Address: that on network ${escapeText(wanted)} (autodock.network).`;
  return networkRule(workload, settings);
}

const BY_RANK: Readonly<Record<NetworkRank, string>> = {
  preferred: 'preferred by AUTODOCK_NETWORKS',
  own: 'the one that it was started on',
  default: 'the default',
  'by-name': 'the first by name',
};

/** Which network won, and which ones that come before it did not. */
function networkRule(
  container: KnownContainer,
  { networks: preferred, isSwarm, hostAddress }: DesireSettings,
): string {
  const choice = chooseAddress(container, { required: null, preferred, isSwarm });
  const seen = container.addresses.filter(({ ipv4, ipv6 }) => (ipv4 ?? ipv6) !== null);
  const won = seen.find(({ network }) => choice.kind === 'address' && network === choice.network);
  if (choice.kind !== 'address' || won === undefined) {
    return isSwarm
      ? `Address: ${hostAddress} (the node's), where its port is published; on no network of it is it one container for all nodes.`
      : 'Address: none.';
  }
  const network = escapeText(choice.network);
  if (seen.length === 1) return `Address: that on ${network}, its only network.`;
  const why = BY_RANK[rankOf(won.network, container, preferred)];
  const passedOver = choice.passedOver.map(passedOverInWords).join('; ');
  const instead = passedOver === '' ? '' : ` Passed over: ${passedOver}.`;
  return `Address: that on ${network}, of its ${seen.length} networks ${why}.${instead}`;
}
