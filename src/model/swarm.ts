/** A node of a swarm, as its own engine tells it. */
export interface SwarmNode {
  readonly id: string;
  /** Where the other nodes reach it. */
  readonly address: string;
}

/** What an engine says of a swarm: it is in none, it is a node, or it is on the way to be one. */
export type Membership =
  | { readonly kind: 'none' }
  | { readonly kind: 'node'; readonly node: SwarmNode }
  /** `state` is the engine's word: `pending`, `locked` or `error`. */
  | { readonly kind: 'pending'; readonly state: string };

/** Which task of which service a container is. */
export interface SwarmTask {
  readonly service: string;
  /** A service that is made anew under its name has another one; `''`: not told. */
  readonly serviceId: string;
  /** `1`, `2`, ...; null: the service is global, and has one task on each node. */
  readonly slot: string | null;
  readonly nodeId: string;
}

const LABEL = 'com.docker.swarm.';

/** By the labels that Swarm gives the containers of its tasks; null: it is not one. */
export function taskOf(labels: ReadonlyMap<string, string>): SwarmTask | null {
  const said = (name: string) => labels.get(`${LABEL}${name}`) ?? '';
  const [service, nodeId, id] = [said('service.name'), said('node.id'), said('task.id')];
  if (service === '' || nodeId === '' || id === '') return null;
  const place = placeIn(said('task.name'), service, id);
  const slot = /^\d+$/.test(place) ? place : null;
  return { service, serviceId: said('service.id'), nodeId, slot };
}

/** What a container is called, without what Swarm adds for itself: `shop.1` of a task, its whole name else. */
export function shortTaskName(name: string): string {
  const [, service, place] = /^([^.]+)\.([0-9a-z]+)\.[0-9a-z]{25}$/.exec(name) ?? [];
  if (service === undefined || place === undefined) return name;
  return /^\d+$/.test(place) ? `${service}.${place}` : service;
}

/** What stands between the service and the task's id: a slot, or the node's id. */
function placeIn(name: string, service: string, id: string): string {
  const isWhole = name.startsWith(`${service}.`) && name.endsWith(`.${id}`);
  return isWhole ? name.slice(service.length + 1, -id.length - 1) : '';
}
