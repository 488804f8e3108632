import { ownedBackends } from '../diff/ownership.ts';
import { compareText } from '../model/compare.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Pass } from '../reconcile.ts';

/** `GET /api/v1/routes`: every frontend that this owner claims, with whose each backend is. */
export function routesView(pass: Pass) {
  const { owner } = pass.plan;
  const claimed = [...pass.after.values()].filter(({ claims }) => claims.has(owner));
  return {
    routes: claimed
      .sort((a, b) => compareText(a.vhost, b.vhost))
      .map((frontend) => routeView(frontend, owner)),
  };
}

function routeView(frontend: ObservedFrontend, owner: Owner) {
  const { vhost, list } = frontend;
  const backends = ownedBackends(frontend, owner);
  const identifier = list.kind === 'list' ? list.identifier : null;
  return { vhost, identifier, held: list.kind === 'list' && backends.length === 0, backends };
}
