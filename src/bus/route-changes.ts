import { compareText } from '../model/compare.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { ownedBackends } from '../model/ownership.ts';
import type { Pass } from '../reconcile.ts';

/** A URL that joined or left the list of a vhost, or stands there for another container now. */
export interface RouteChange {
  readonly name: 'route_added' | 'route_removed';
  readonly vhost: string;
  readonly url: string;
  /** The short id of the container that it stands for; empty: unknown. */
  readonly id: string;
}

/** What is looked at of a pass: what `GET /api/v1/routes` shows after it. */
type Shown = Pick<Pass, 'plan' | 'frontends' | 'after'>;

/**
 * How `GET /api/v1/routes` differs after this pass from what it showed after the one before, whoever wrote it:
 * a write whose outcome was unknown and another controller of this owner are seen as well. What is unchanged is
 * the identical object, and costs no look.
 *
 * @param before the good pass before; null: none, so what stood in Redis when this one began
 */
export function* routeChanges(before: Shown | null, pass: Shown): Generator<RouteChange> {
  const { owner } = pass.plan;
  const were = before?.after ?? pass.frontends;
  const are = pass.after;
  if (were === are) return;
  for (const [vhost, was] of were) {
    const is = are.get(vhost);
    if (is !== was) yield* changesOf(vhost, ownRoutes(was, owner), ownRoutes(is, owner));
  }
  for (const [vhost, is] of are) {
    if (!were.has(vhost)) yield* changesOf(vhost, new Map(), ownRoutes(is, owner));
  }
}

/** By URL, the containers that it stands for. */
type OwnRoutes = ReadonlyMap<string, readonly string[]>;

function* changesOf(vhost: string, was: OwnRoutes, is: OwnRoutes): Generator<RouteChange> {
  for (const [url, [id = '']] of unequal(was, is)) yield { name: 'route_removed', vhost, url, id };
  for (const [url, [id = '']] of unequal(is, was)) yield { name: 'route_added', vhost, url, id };
}

function unequal(here: OwnRoutes, there: OwnRoutes): readonly [string, readonly string[]][] {
  return [...here].filter(([url, ids]) => String(ids) !== String(there.get(url)));
}

/** The order and the number of copies say nothing. */
function ownRoutes(frontend: ObservedFrontend | undefined, self: Owner): OwnRoutes {
  const routes = new Map<string, readonly string[]>();
  if (frontend?.claims.has(self) !== true) return routes;
  for (const { url, owner, containers } of ownedBackends(frontend, self)) {
    if (owner !== 'self') continue;
    routes.set(url, [...new Set([...(routes.get(url) ?? []), ...containers])].sort(compareText));
  }
  return routes;
}
