import { compareText } from '../../model/compare.ts';
import type { ContainerLine, NetworkAddress, PublishedPort } from '../../model/container.ts';
import { type ContainerId, parseContainerId, shortId } from '../../model/ids.ts';
import { isRecord } from '../../model/record.ts';
import { CONTAINER } from '../../model/workload.ts';
import type { Health, UnreadableWorkload, WorkloadState } from '../../model/workload-line.ts';

/** One container of the list; one that cannot be read keeps the others from nothing. */
export type ListedLine = ContainerLine | UnreadableWorkload;

/** A line as it was narrowed; `health` is null where the engine's list does not tell it (API below 1.52). */
export type NarrowedLine =
  | { readonly kind: 'line'; readonly line: ContainerLine; readonly health: Health | null }
  | UnreadableWorkload;

/**
 * Narrows one item of `GET /containers/json`. An item with an id and a shape that no engine sends is
 * `unreadable`: that container alone is unknown, the list is not.
 *
 * @returns null if not even the id can be read: then the list as a whole cannot be trusted
 */
export function narrowLine(item: unknown): NarrowedLine | null {
  if (!isRecord(item)) return null;
  const id = parseContainerId(item.Id);
  if (id === null) return null;
  const addresses = narrowAddresses(item.NetworkSettings) ?? withoutNetworks(item);
  const published = narrowPorts(item.Ports);
  if (addresses === null || published === null || typeof item.State !== 'string') {
    const why = 'its line in the list of containers is malformed';
    return { kind: 'unreadable', id, noun: CONTAINER, name: nameOf(item, id), why };
  }
  const health = narrowHealth(item.Health);
  const line: ContainerLine = {
    id,
    noun: CONTAINER,
    reach: 'networks',
    name: nameOf(item, id),
    createdAt: typeof item.Created === 'number' ? item.Created : 0,
    state: narrowState(item.State),
    health: health ?? 'none',
    labels: narrowLabels(item.Labels),
    networkMode: networkModeOf(item.HostConfig),
    addresses,
    published,
    ...(typeof item.ImageID === 'string' ? { imageId: item.ImageID } : {}),
  };
  return { kind: 'line', line, health };
}

/** podman tells neither networks of a container that has none, nor, in its list, how it was started. */
function withoutNetworks({
  HostConfig,
  NetworkSettings,
}: Record<string, unknown>): readonly NetworkAddress[] | null {
  const isPodman = (HostConfig ?? null) === null && isRecord(NetworkSettings);
  return isPodman && NetworkSettings.Networks === null ? [] : null;
}

/**
 * What the status text adds to the health filter: which of the two not-yet-healthy states it is; null: nothing, of a
 * container that runs. Whoever is paused has another reason not to be routed.
 */
export function gatedHealth(item: unknown): Health | null {
  if (!isRecord(item)) return 'starting';
  const status = typeof item.Status === 'string' ? item.Status : '';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return item.State !== 'running' || status.includes('(health: starting)') ? 'starting' : null;
}

function nameOf(item: Record<string, unknown>, id: ContainerId): string {
  const names: unknown = item.Names;
  if (!Array.isArray(names)) return shortId(id);
  // A name with a second slash is an alias by a container link, `/other/alias`.
  const own: unknown = names.find((name) => typeof name === 'string' && !name.includes('/', 1));
  return typeof own === 'string' ? own.replace(/^\//, '') : shortId(id);
}

function narrowState(state: string): WorkloadState {
  return state === 'running' || state === 'paused' || state === 'restarting' ? state : 'other';
}

function narrowHealth(health: unknown): Health | null {
  if (!isRecord(health)) return null;
  const status = health.Status;
  return status === 'starting' || status === 'unhealthy' || status === 'healthy' ? status : 'none';
}

function narrowLabels(labels: unknown): ReadonlyMap<string, string> {
  const entries = isRecord(labels) ? Object.entries(labels) : [];
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Of a line or an inspection. */
export function networkModeOf(hostConfig: unknown): string {
  const mode = isRecord(hostConfig) ? hostConfig.NetworkMode : null;
  return typeof mode === 'string' ? mode : '';
}

/** Of an engine's `NetworkSettings`, in the list and in an inspection alike; null if it has another shape. */
export function narrowAddresses(settings: unknown): readonly NetworkAddress[] | null {
  const networks = isRecord(settings) ? settings.Networks : null;
  if (!isRecord(networks)) return null;
  const addresses: NetworkAddress[] = [];
  for (const [network, endpoint] of Object.entries(networks)) {
    if (endpoint !== null && !isRecord(endpoint)) return null;
    const ipv4 = addressIn(endpoint?.IPAddress);
    const ipv6 = addressIn(endpoint?.GlobalIPv6Address);
    const id = endpoint?.NetworkID;
    addresses.push({ network, networkId: typeof id === 'string' ? id : '', ipv4, ipv6 });
  }
  return addresses.sort((a, b) => compareText(a.network, b.network));
}

function addressIn(text: unknown): string | null {
  return typeof text === 'string' && /^[0-9a-fA-F.:]{2,45}$/.test(text) ? text : null;
}

function narrowPorts(ports: unknown): readonly PublishedPort[] | null {
  if (ports === null || ports === undefined) return [];
  if (!Array.isArray(ports)) return null;
  const published: PublishedPort[] = [];
  for (const port of ports as readonly unknown[]) {
    if (!isRecord(port)) return null;
    const binding = bindingIn(port);
    if (binding !== null) published.push(binding);
  }
  return published;
}

/** null: it is not of TCP, or only exposed: of such a port the address is not told, or ''. */
function bindingIn({ Type, IP, PublicPort, PrivatePort }: Record<string, unknown>) {
  if (Type !== 'tcp' || !isPort(PrivatePort)) return null;
  const ip = typeof IP === 'string' ? IP : '';
  const hostPort = isPort(PublicPort) ? PublicPort : null;
  return hostPort === null && ip === '' ? null : { ip, hostPort, containerPort: PrivatePort };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
