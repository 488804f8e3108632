import { claimedBackends } from '../diff/ownership.ts';
import type { MarksView } from '../explain/routes.ts';
import { deadSlots } from '../explain/slots.ts';
import { compareText } from '../model/compare.ts';
import type { BackendOwner, ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { lookupOrder } from '../model/lookup.ts';
import type { Pass } from '../reconcile.ts';
import type { Marks } from './dead-marks.ts';

/** One frontend that this owner claims. */
interface RouteView {
  readonly vhost: string;
  readonly identifier: string | null;
  readonly held: boolean;
  /** In the order of slots. */
  readonly backends: readonly {
    readonly url: string;
    readonly owner: BackendOwner;
    /** The name that claims it; null: foreign. */
    readonly ownerId: string | null;
    readonly containers: readonly string[];
  }[];
  /** The marks of each host that it answers for; null: Redis cannot tell now. */
  readonly dead: readonly MarksView[] | null;
}

/** `GET /api/v1/routes`: every frontend that this owner claims, with whose each backend is. */
export function routesView(pass: Pass, marks: Marks | null) {
  const { owner } = pass.plan;
  const byVhost = marks === null ? null : marksByVhost(pass, marks);
  return {
    routes: claimedFrontends(pass).map((frontend): RouteView => {
      const { vhost, list } = frontend;
      const backends = backendsOf(frontend, owner);
      const held = list.kind === 'list' && backends.length === 0;
      const identifier = list.kind === 'list' ? list.identifier : null;
      const dead = byVhost === null ? null : (byVhost.get(vhost) ?? []);
      return { vhost, identifier, held, backends, dead };
    }),
  };
}

/** The frontends in which this owner claims something, in order. */
export function claimedFrontends({ plan, after }: Pass): readonly ObservedFrontend[] {
  return [...after.values()]
    .filter(({ claims }) => claims.has(plan.owner))
    .sort((a, b) => compareText(a.vhost, b.vhost));
}

function backendsOf(frontend: ObservedFrontend, self: Owner): RouteView['backends'] {
  return claimedBackends(frontend, self).map(({ url, owner: ownerId, containers }) => {
    if (ownerId === null) return { url, owner: 'foreign', ownerId, containers };
    return { url, owner: ownerId === self ? 'self' : 'other', ownerId, containers };
  });
}

/** Marks stand under the host that was asked for; they belong to the frontend that answers for it. */
function marksByVhost({ after }: Pass, marks: Marks): ReadonlyMap<string, readonly MarksView[]> {
  const byVhost = new Map<string, MarksView[]>();
  for (const [host, found] of marks) {
    const vhost = lookupOrder(host).find((name) => after.get(name)?.list.kind === 'list');
    const slots = [...deadSlots(found)].sort((a, b) => a - b);
    if (vhost === undefined || slots.length === 0) continue;
    const view = { host, slots, expiresInMs: found.expiresInMs };
    byVhost.set(vhost, [...(byVhost.get(vhost) ?? []), view]);
  }
  return byVhost;
}
