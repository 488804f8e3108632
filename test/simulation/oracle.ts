import { parseClaim } from '../../src/model/claim-text.ts';
import { type World, WRONG } from '../laws/model.ts';
import { type Box, type Face, hostsOf, isRoutable, shortIdOf, urlOf } from './box.ts';
import { HOSTS } from './schedule.ts';
import { canonical, isForeign, placeOf } from './strangers.ts';
import type { Universe } from './universe.ts';

/** The invariants of the controller, by number; see the catalogue of faults. */
export type Invariant = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** A sentence about what should not be. */
export interface Breach {
  readonly invariant: Invariant;
  readonly what: string;
}

/** What one owner should have at one vhost: short ids by URL, once for each copy; empty: held. */
type Wanted = ReadonlyMap<string, readonly string[]>;

/** How long a hold that has ended may stand there. */
const HOLD_GRACE_MS = 1_500;

/**
 * How Redis differs from what the engines' lists say now, told without any code of the controller's: lists
 * are what strangers put there plus what is desired, claims are ours.
 *
 * @param isAtRest a resync has passed since anything changed: what one engine's change means for the vhosts
 *   that another engine's controller holds is seen by that one's timer alone
 */
export function deviations(universe: Universe, isAtRest: boolean): readonly Breach[] {
  const { world } = universe.redis;
  const owners = universe.sites.map(({ engine }) => ({
    owner: engine.id,
    wanted: wantedFrom(engine.boxes),
    dead: deadIn(engine.boxes),
  }));
  const wantedAt = (host: string) =>
    owners.flatMap(({ owner, wanted }) => {
      const one = wanted.get(host);
      return one === undefined ? [] : [{ owner, wanted: one }];
    });
  return HOSTS.flatMap((host) => [
    ...owners.flatMap(({ owner, wanted, dead }) =>
      claimDeviations(universe, { host, owner, wanted: wanted.get(host), dead, isAtRest }),
    ),
    ...listDeviations(universe, host, wantedAt(host)),
    ...(world.lists.get(host) === WRONG ? [broken(4, `${host} is no list`)] : []),
  ]);
}

/**
 * 3: an address that a live container has for longer than the budget is served on nobody else's behalf,
 * whatever the engine's list still shows.
 */
export function strangersAt(
  { sites, redis, time }: Universe,
  since: number,
  budgetMs: number,
): readonly Breach[] {
  return sites.flatMap(({ engine }) =>
    engine.boxes.flatMap((box) => {
      const isKnown = isRoutable(box.shown) && box.shown === box.real;
      if (!isKnown || time.now() < Math.max(box.shownSince, since) + budgetMs) return [];
      return HOSTS.flatMap((host) => {
        const fields = redis.world.claims.get(engine.id);
        const text = fields === undefined || fields === WRONG ? undefined : fields.get(host);
        const claim = parseClaim(text ?? '{}');
        const ids = claim === 'malformed' ? [] : (claim.backends.get(urlOf(box.shown)) ?? []);
        const stranger = ids.find((id) => id !== shortIdOf(box));
        if (stranger === undefined) return [];
        const what = `${host} sends what is for ${stranger} to ${shortIdOf(box)}`;
        return [broken(3, what)];
      });
    }),
  );
}

function wantedFrom(boxes: readonly Box[]): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Map<string, readonly string[]>>();
  for (const box of boxes) {
    if (!isAsking(box.shown)) continue;
    for (const host of hostsOf(box)) {
      const urls = wanted.get(host) ?? new Map<string, readonly string[]>();
      wanted.set(host, urls);
      if (!isRoutable(box.shown)) continue;
      urls.set(urlOf(box.shown), Array<string>(box.spec.weight).fill(shortIdOf(box)));
    }
  }
  return wanted;
}

/** A container that cannot be routed for the moment still asks for its vhosts. */
function isAsking({ state }: Face): boolean {
  return state !== 'exited';
}

function deadIn(boxes: readonly Box[]): ReadonlySet<string> {
  return new Set(boxes.filter(({ shown }) => !isRoutable(shown)).map(shortIdOf));
}

interface Claimed {
  readonly host: string;
  readonly owner: string;
  readonly wanted: Wanted | undefined;
  readonly dead: ReadonlySet<string>;
  readonly isAtRest: boolean;
}

function claimDeviations(universe: Universe, claimed: Claimed): readonly Breach[] {
  const { host, owner, wanted, dead, isAtRest } = claimed;
  const { redis } = universe;
  const fields = redis.world.claims.get(owner);
  const text = fields === undefined || fields === WRONG ? undefined : fields.get(host);
  const claim = parseClaim(text ?? '{}');
  if (claim === 'malformed') return [broken(4, `${owner} has no claim but rubbish at ${host}`)];
  const ids = [...claim.backends.values()].flat();
  const ghost = ids.find((id) => dead.has(id));
  if (ghost !== undefined)
    return [broken(3, `${host} is served on behalf of ${ghost}, which is dead`)];
  if (wanted === undefined || wanted.size === 0) {
    if (claim.backends.size > 0) return [broken(4, `${owner} claims ${text} at ${host} in vain`)];
    return isAtRest ? holdDeviations(universe, claimed, claim.heldSince) : [];
  }
  const due = JSON.stringify([...wanted].sort());
  const is = JSON.stringify([...claim.backends].sort());
  return due === is ? [] : [broken(4, `${owner} claims ${is} at ${host} instead of ${due}`)];
}

/** A vhost without any URL is held while somebody asks for it, and for a while after. */
function holdDeviations(
  { redis, cast }: Universe,
  { host, owner, wanted }: Claimed,
  heldSince: number | null,
): readonly Breach[] {
  const isEmpty = entriesOf(redis.world, host).length === 0;
  if (heldSince === null) {
    return wanted !== undefined && isEmpty ? [broken(4, `${host} is not held by ${owner}`)] : [];
  }
  if (!isEmpty) return [broken(4, `${owner} holds ${host}, which has backends`)];
  const isOver = redis.now() > heldSince + cast.holdMs + HOLD_GRACE_MS;
  return wanted === undefined && isOver ? [broken(4, `${owner} holds ${host} for too long`)] : [];
}

function listDeviations(
  { redis, ledger }: Universe,
  host: string,
  wanted: readonly { readonly owner: string; readonly wanted: Wanted }[],
): readonly Breach[] {
  const urls = entriesOf(redis.world, host);
  const due = new Map<string, number>();
  for (const { wanted: one } of wanted) {
    for (const [url, ids] of one) due.set(url, (due.get(url) ?? 0) + ids.length);
  }
  const seen = new Map<string, number>();
  for (const url of urls) {
    const name = isForeign(url) ? url : canonical(url);
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  const foreign = [...ledger.foreign].filter(([place]) => place.startsWith(`${host} `));
  const names = new Set([
    ...due.keys(),
    ...seen.keys(),
    ...foreign.map(([place]) => place.slice(host.length + 1)),
  ]);
  const wrong = [...names].flatMap((url): readonly Breach[] => {
    const copies = seen.get(url) ?? 0;
    const place = placeOf(host, url);
    const least = isForeign(url) ? (ledger.foreign.get(place) ?? 0) : (due.get(url) ?? 0);
    const most = least + (isForeign(url) ? 0 : (ledger.possible.get(place) ?? 0));
    if (copies >= least && copies <= most) return [];
    const text = `${host} has ${copies} times ${url} instead of ${least} to ${most}`;
    return [broken(isForeign(url) ? 1 : 4, text)];
  });
  const isStray = urls.length === 0 && redis.world.lists.has(host) && !isHeld(redis.world, host);
  return isStray && !ledger.strays.has(host)
    ? [...wrong, broken(4, `${host} has no backend and no claim`)]
    : wrong;
}

function isHeld(world: World, host: string): boolean {
  return [...world.claims.values()].some((fields) => fields !== WRONG && fields.has(host));
}

export function entriesOf(world: World, host: string): readonly string[] {
  const list = world.lists.get(host);
  return list === undefined || list === WRONG ? [] : list.slice(1);
}

function broken(invariant: Invariant, what: string): Breach {
  return { invariant, what };
}
