import { compareText } from '../model/compare.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { lookupOrder } from '../model/lookup.ts';
import type { RedisFacts } from './facts.ts';
import { deadSlots, type OwnerView, type SlotView, slotsOf } from './slots.ts';

/**
 * What a frontend is. `held`: an identifier alone that an owner holds; `empty`: one that none does; the last two
 * cannot be used, by fronts or by autodock.
 */
export type FrontendState = 'absent' | 'routed' | 'held' | 'empty' | 'wrong-type' | 'too-long';

/** One backend of a frontend, all its copies together. */
export interface BackendView extends OwnerView {
  readonly url: string;
  /** In how many slots it stands. */
  readonly weight: number;
  /** Short ids, each once. */
  readonly containers: readonly string[];
  readonly slots: readonly number[];
  /** Whether a front can connect to it at all. */
  readonly usable: boolean;
  /** It is a name, which fronts look up. */
  readonly named: boolean;
}

/** Dead marks that the answers of one frontend are chosen by. */
export interface MarksView {
  /** The host that was asked for; under a wildcard each has its own. */
  readonly host: string;
  readonly slots: readonly number[];
  readonly expiresInMs: number | null;
}

/** One frontend of Redis: `autodock routes`. */
export interface RouteView {
  readonly vhost: string;
  readonly state: FrontendState;
  /** null where there is no list. */
  readonly identifier: string | null;
  readonly backends: readonly BackendView[];
  readonly dead: readonly MarksView[];
}

/** Every frontend, sorted by vhost (code units), with whose each backend is. */
export function routesOf(redis: RedisFacts, self: Owner | null): readonly RouteView[] {
  const marks = marksByVhost(redis);
  return [...redis.frontends.values()]
    .filter(({ list }) => list.kind !== 'absent')
    .sort((a, b) => compareText(a.vhost, b.vhost))
    .map((frontend) => ({
      vhost: frontend.vhost,
      state: stateOf(frontend),
      identifier: frontend.list.kind === 'list' ? frontend.list.identifier : null,
      backends: together(slotsOf(frontend, undefined, redis, self)),
      dead: marks.get(frontend.vhost) ?? [],
    }));
}

/** What stands at a frontend's key. */
export function stateOf({ list, claims }: ObservedFrontend): FrontendState {
  if (list.kind !== 'list') return list.kind;
  if (list.entries.length > 0) return 'routed';
  const isHeld = [...claims.values()].some(
    (claim) => claim !== 'malformed' && claim.heldSince !== null,
  );
  return isHeld ? 'held' : 'empty';
}

/** Marks stand under the host that was asked for; they belong to whichever frontend answers for it. */
function marksByVhost({ marks, frontends }: RedisFacts): ReadonlyMap<string, readonly MarksView[]> {
  const byVhost = new Map<string, MarksView[]>();
  for (const [host, found] of [...marks].sort(([a], [b]) => compareText(a, b))) {
    const vhost = lookupOrder(host).find((name) => {
      const kind = frontends.get(name)?.list.kind ?? 'absent';
      return kind !== 'absent';
    });
    const slots = [...deadSlots(found)].sort((a, b) => a - b);
    if (vhost === undefined || slots.length === 0) continue;
    const view = { host, slots, expiresInMs: found.expiresInMs };
    byVhost.set(vhost, [...(byVhost.get(vhost) ?? []), view]);
  }
  return byVhost;
}

/** Copies of one URL that belong to the same owner, in the order of their first slots. */
function together(slots: readonly SlotView[]): readonly BackendView[] {
  const backends = new Map<string, BackendView>();
  for (const { slot, url, containers, owner, ownerId, engine, usable, named } of slots) {
    const key = `${ownerId ?? ''} ${url}`;
    const known = backends.get(key);
    backends.set(key, {
      url,
      owner,
      ownerId,
      engine,
      weight: (known?.weight ?? 0) + 1,
      containers: [...new Set([...(known?.containers ?? []), ...containers])],
      slots: [...(known?.slots ?? []), slot],
      usable,
      named,
    });
  }
  return [...backends.values()];
}
