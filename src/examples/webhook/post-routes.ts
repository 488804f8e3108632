import type { Plugin, RouteEvent, Snapshot } from 'autodock/plugin';

/** One route, for the receiver. */
export interface PostedRoute {
  readonly vhost: string;
  readonly url: string;
  /** The short id of its container. */
  readonly id: string;
}

/** What is posted. `routes` is all there is: the receiver forgets what is not among it. */
export type Post =
  | { readonly type: 'routes'; readonly routes: readonly PostedRoute[] }
  | ({ readonly type: RouteEvent['name']; readonly container: string } & PostedRoute);

/**
 * Posts all routes at the start and after every loss, and each change in between. So a receiver that takes each
 * post for what it says is right in the end, whatever was lost, restarted or told twice.
 */
export function postRoutes(
  plugin: Pick<Plugin, 'on'>,
  deliver: (post: Post) => Promise<void>,
): void {
  let isStart = true;
  const change = ({ name, kwargs, via }: RouteEvent) => {
    // At the start they do not count as changes: they were there.
    if (via === 'snapshot' && isStart) return Promise.resolve();
    const { vhost, url, id, container } = kwargs;
    return deliver({ type: name, vhost, url, id, container });
  };
  plugin.on('snapshot', (snapshot) => {
    isStart = snapshot.cause === 'start';
    return deliver({ type: 'routes', routes: routesOf(snapshot) });
  });
  plugin.on('route_added', change);
  plugin.on('route_removed', change);
}

/** A backend of weight 3 stands three times in the list, and is one route. */
function routesOf({ routes }: Snapshot): readonly PostedRoute[] {
  return routes.flatMap(({ vhost, backends }) => {
    const own = backends.filter(({ owner }) => owner === 'self');
    const byUrl = new Map(own.map(({ url, containers: [id = ''] }) => [url, { vhost, url, id }]));
    return [...byUrl.values()];
  });
}
