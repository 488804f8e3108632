import type { ContainerLine } from './container.ts';
import { type Owner, parseOwner, parseShortId, type ShortId } from './ids.ts';
import { millisecondsOrNull } from './json-members.ts';
import { parseRecord } from './record.ts';
import { taskOf } from './swarm.ts';
import type { Overtaken } from './workload-line.ts';

/** What one container of a swarm has at a time: a slot of a service, or an address of an overlay. */
export interface Seat {
  readonly kind: Overtaken['seat'];
  /** Its field in Redis. */
  readonly field: string;
}

/** The container that has a seat. */
export interface Holder {
  readonly owner: Owner;
  readonly id: ShortId;
  readonly name: string;
  /** When it was created: milliseconds, Redis' clock, as the clocks of nodes may be apart. */
  readonly at: number;
}

/**
 * The seats of a container.
 *
 * @param networks the overlays on which the address counts
 */
export function seatsOf(
  { labels, addresses }: Pick<ContainerLine, 'labels' | 'addresses'>,
  networks: readonly string[],
): readonly Seat[] {
  const task = taskOf(labels);
  const slot = task === null || task.serviceId === '' ? [] : [slotOf(task)];
  const onOverlays = addresses.filter(
    ({ network, networkId }) => networks.includes(network) && isOfSwarm(networkId),
  );
  const fields = onOverlays.flatMap(({ networkId, ipv4, ipv6 }) =>
    [ipv4, ipv6].filter((address) => address !== null).map((address) => `${networkId}/${address}`),
  );
  return [...slot, ...fields.map((field) => ({ kind: 'address' as const, field }))];
}

function slotOf({ serviceId, slot, nodeId }: NonNullable<ReturnType<typeof taskOf>>): Seat {
  return { kind: 'slot', field: `${serviceId}/${slot ?? nodeId}` };
}

/** The ids of networks that are one engine's alone are longer. */
function isOfSwarm(networkId: string): boolean {
  return /^[0-9a-z]{25}$/.test(networkId);
}

/** Writes a holder: `{"owner", "id", "name", "at"}`. */
export function writeHolder({ owner, id, name, at }: Holder): string {
  return JSON.stringify({ owner, id, name, at });
}

/** Reads a holder; null: nobody that could be told has the seat. */
export function parseHolder(text: unknown): Holder | null {
  const record = typeof text === 'string' ? parseRecord(text) : null;
  const owner = parseOwner(record?.owner);
  const id = typeof record?.id === 'string' ? parseShortId(record.id) : null;
  const at = millisecondsOrNull(record?.at);
  if (owner === null || id === null || at === null) return null;
  return { owner, id, at, name: typeof record?.name === 'string' ? record.name : id };
}

/** Whether a container is the holder. */
export function holds(
  holder: Pick<Holder, 'owner' | 'id'>,
  one: Pick<Holder, 'owner' | 'id'>,
): boolean {
  return holder.owner === one.owner && holder.id === one.id;
}

/** What two nodes find of when a container was created may be apart by so much: engines tell whole seconds. */
const APART_MS = 2_000;

/** Whether one was created before another beyond doubt. In doubt both count: requests are not to be lost for it. */
export function isClearlyOlder(one: Pick<Holder, 'at'>, other: Pick<Holder, 'at'>): boolean {
  return one.at + APART_MS < other.at;
}
