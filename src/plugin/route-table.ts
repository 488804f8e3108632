import type { ShownContainer } from '../answers/containers.ts';
import type { State } from './snapshot.ts';

/** One backend of a vhost, as `route_added` and `route_removed` tell of it. */
export interface RouteKey {
  readonly vhost: string;
  readonly url: string;
  /** The name of the container that it stands for; its short id if that is all that is known. */
  readonly container: string;
  /** The short id of that container; empty: unknown. */
  readonly id: string;
}

/** How a table differs from the one before. */
export interface RouteChanges {
  readonly added: readonly RouteKey[];
  readonly removed: readonly RouteKey[];
}

/**
 * What a plugin was told of the routes, so that it is told of each change once, and of those whose event
 * was lost as well: the difference to a snapshot.
 */
export interface RouteTable {
  /** Whether it is news that a route is there; before the first snapshot everything is. */
  add(route: RouteKey): boolean;
  /** Whether it is news that a route is gone; before the first snapshot everything is. */
  remove(route: RouteKey): boolean;
  /** Takes over the routes of a snapshot. */
  replace(state: State): RouteChanges;
}

const SHORT_ID_LENGTH = 12;

/** Empty, as nothing was told yet. */
export function createRouteTable(): RouteTable {
  let known = new Map<string, RouteKey>();
  let isComplete = false;
  return {
    add(route) {
      const isNews = !known.has(keyOf(route));
      known.set(keyOf(route), route);
      return isNews || !isComplete;
    },
    remove: (route) => known.delete(keyOf(route)) || !isComplete,
    replace(state) {
      const before = known;
      known = new Map(keysOf(state).map((route) => [keyOf(route), route]));
      isComplete = true;
      return {
        added: [...known.values()].filter((route) => !before.has(keyOf(route))),
        removed: [...before.values()].filter((route) => !known.has(keyOf(route))),
      };
    },
  };
}

/** Neither part holds a line break. */
function keyOf({ vhost, url }: RouteKey): string {
  return `${vhost}\n${url}`;
}

/** Those that the controller claims: the bus tells of no others. */
function keysOf({ routes, containers }: State): readonly RouteKey[] {
  const nameOf = namesOf(containers);
  return routes.flatMap(({ vhost, backends }) =>
    backends
      .filter(({ owner }) => owner === 'self')
      .map(({ url, containers: [id = ''] }) => ({ vhost, url, container: nameOf(id), id })),
  );
}

function namesOf(containers: readonly ShownContainer[]): (id: string) => string {
  const names = new Map(containers.map(({ id, name }) => [id.slice(0, SHORT_ID_LENGTH), name]));
  return (id) => names.get(id) ?? id;
}
