import { compareText } from '../model/compare.ts';
import type { ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { type MarkedSlots, marksByVhost } from '../model/marks.ts';
import { readableClaims } from '../model/readable-claim.ts';
import type { RedisFacts } from './facts.ts';
import { type OwnerView, type SlotView, slotsOf } from './slots.ts';

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
  /** What those are called of which their hosts tell. */
  readonly names: readonly string[];
  readonly slots: readonly number[];
  /** Whether a front can connect to it at all. */
  readonly usable: boolean;
  /** It is a name, which fronts look up. */
  readonly named: boolean;
}

/** One frontend of Redis: `autodock routes`. */
export interface RouteView {
  readonly vhost: string;
  readonly state: FrontendState;
  /** null where there is no list. */
  readonly identifier: string | null;
  readonly backends: readonly BackendView[];
  readonly dead: readonly MarkedSlots[];
}

/**
 * Every frontend, sorted by vhost (code units), with whose each backend is.
 *
 * @param names of containers, by short id
 */
export function routesOf(
  redis: RedisFacts,
  self: Owner | null,
  names: ReadonlyMap<string, string> = new Map(),
): readonly RouteView[] {
  const marks = marksByVhost(redis.marks, redis.frontends);
  return [...redis.frontends.values()]
    .filter(({ list }) => list.kind !== 'absent')
    .sort((a, b) => compareText(a.vhost, b.vhost))
    .map((frontend) => ({
      vhost: frontend.vhost,
      state: stateOf(frontend),
      identifier: frontend.list.kind === 'list' ? frontend.list.identifier : null,
      backends: together(slotsOf(frontend, undefined, redis, self), names),
      dead: marks.get(frontend.vhost) ?? [],
    }));
}

/** What stands at a frontend's key. */
export function stateOf(frontend: ObservedFrontend): FrontendState {
  const { list } = frontend;
  if (list.kind !== 'list') return list.kind;
  if (list.entries.length > 0) return 'routed';
  const isHeld = readableClaims(frontend).some(([, { heldSince }]) => heldSince !== null);
  return isHeld ? 'held' : 'empty';
}

/** Copies of one URL that belong to the same owner, in the order of their first slots. */
function together(
  slots: readonly SlotView[],
  names: ReadonlyMap<string, string>,
): readonly BackendView[] {
  const backends = new Map<string, BackendView>();
  for (const { slot, url, containers, owner, ownerId, engine, usable, named } of slots) {
    const key = `${ownerId ?? ''} ${url}`;
    const known = backends.get(key);
    const all = [...new Set([...(known?.containers ?? []), ...containers])];
    backends.set(key, {
      url,
      owner,
      ownerId,
      engine,
      weight: (known?.weight ?? 0) + 1,
      containers: all,
      names: all.flatMap((id) => names.get(id) ?? []),
      slots: [...(known?.slots ?? []), slot],
      usable,
      named,
    });
  }
  return [...backends.values()];
}
