import { parseClaim } from '../../src/model/claim-text.ts';
import { compareText } from '../../src/model/compare.ts';
import { type World, WRONG } from '../laws/world.ts';
import { type Box, hostsOf, isRoutable, isStopping, shortIdOf, urlOf } from './box.ts';
import { type Breach, broken } from './breach.ts';
import { entriesOf, listDeviations, type Wanted } from './list-oracle.ts';
import { optionDeviations } from './option-oracle.ts';
import { drainedIn } from './redis-orders.ts';
import { HOSTS } from './step.ts';
import type { Universe } from './universe.ts';

/** How long a hold that has ended may stand there. */
const HOLD_GRACE_MS = 1_500;
/** For so long an engine's list may be late, so that a drain of who is not listed stays. */
const LATE_LIST_MS = 10_000;

/**
 * How Redis differs from what the engines' lists say now, told without any code of the controller's: lists
 * are what strangers put there plus what is desired, claims are ours.
 *
 * @param isAtRest a resync has passed since anything changed: what one engine's change means for the vhosts
 *   that another engine's controller holds is seen by that one's timer alone
 */
export function deviations(universe: Universe, isAtRest: boolean): readonly Breach[] {
  const { world } = universe.redis;
  const owners = universe.sites.map(({ engine }) => {
    const { gets, asks } = judgesAt(universe, engine.id);
    const { boxes, id: owner } = engine;
    const routed = boxes.filter(gets);
    return { owner, routed, wanted: wantedFrom(boxes, gets, asks), dead: deadIn(boxes, gets) };
  });
  // An older version knows nothing of options.
  const asks = new Set(
    universe.seats.filter(({ isOlder }) => !isOlder).map(({ site }) => site.engine.id),
  );
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
    ...owners
      .filter(({ owner }) => asks.has(owner))
      .flatMap(({ owner, routed }) => optionDeviations(universe, host, { owner, routed })),
    ...(world.lists.get(host) === WRONG ? [broken(4, `${host} is not a list`)] : []),
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
  return sites.flatMap(({ engine }) => {
    const holders = new Map(
      engine.boxes
        .filter((box) => isRoutable(box.shown) && box.shown === box.real)
        .filter(({ shownSince }) => time.now() >= Math.max(shownSince, since) + budgetMs)
        .map((box) => [urlOf(box.shown), shortIdOf(box)]),
    );
    const served = holders.size === 0 ? [] : claimedBy(redis.world, engine.id);
    return served.flatMap(({ host, url, id }) => {
      const holder = holders.get(url);
      const isRight = holder === undefined || holder === id;
      return isRight ? [] : [broken(3, `${host} sends what is for ${id} to ${holder}`)];
    });
  });
}

/** All that an owner claims, copy by copy. */
export function claimedBy(world: World, owner: string) {
  const fields = world.claims.get(owner);
  return fields === undefined || fields === WRONG
    ? []
    : [...fields].flatMap(([host, text]) => {
        const claim = parseClaim(text);
        const backends = claim === 'malformed' ? [] : [...claim.backends];
        return backends.flatMap(([url, ids]) => ids.map((id) => ({ host, url, id })));
      });
}

type Judge = (box: Box) => boolean;

/**
 * Whether requests are to go there now: the list says so, and nobody called it off. And whether it asks for its vhosts:
 * one that cannot be routed for the moment does, one that is on no network, and nothing else, does not.
 */
function judgesAt({ redis, time, cast }: Universe, owner: string): { gets: Judge; asks: Judge } {
  const drained = drainedIn(redis.hashes, owner);
  const isCalledOff: Judge = (box) =>
    drained.has(shortIdOf(box)) || isStopping(box, time.now(), cast.stoppingMs);
  return {
    gets: (box) => isRoutable(box.shown) && !isCalledOff(box),
    asks: (box) => {
      const { state, address } = box.shown;
      const isForTheMoment = isCalledOff(box) || !isRoutable({ ...box.shown, address: 'any' });
      return state !== 'exited' && (address !== '' || isForTheMoment);
    },
  };
}

/** 4: nobody is drained for long who is gone. */
export function forgottenDrains(
  { sites, redis, time }: Universe,
  mendedWithinMs: number,
): readonly Breach[] {
  const since = time.now() - mendedWithinMs - LATE_LIST_MS;
  return sites.flatMap(({ engine }) => {
    const drained = drainedIn(redis.hashes, engine.id);
    return engine.boxes
      .filter((box) => drained.has(shortIdOf(box)) && box.shown.state === 'exited')
      .filter(({ shownSince, orderedAt }) => Math.max(shownSince, orderedAt) < since)
      .map((box) => broken(4, `${shortIdOf(box)} is drained, and is gone`));
  });
}

function wantedFrom(boxes: readonly Box[], gets: Judge, asks: Judge): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Map<string, readonly string[]>>();
  for (const box of boxes) {
    if (!asks(box)) continue;
    for (const host of hostsOf(box)) {
      const urls = wanted.get(host) ?? new Map<string, readonly string[]>();
      wanted.set(host, urls);
      if (!gets(box)) continue;
      urls.set(urlOf(box.shown), Array<string>(box.spec.weight).fill(shortIdOf(box)));
    }
  }
  return wanted;
}

function deadIn(boxes: readonly Box[], gets: Judge): ReadonlySet<string> {
  return new Set(boxes.filter((box) => !gets(box)).map(shortIdOf));
}

interface Claimed {
  readonly host: string;
  readonly owner: string;
  readonly wanted: Wanted | undefined;
  readonly dead: ReadonlySet<string>;
  readonly isAtRest: boolean;
}

function claimDeviations(universe: Universe, claimed: Claimed): readonly Breach[] {
  const { host, owner, wanted, dead } = claimed;
  const fields = universe.redis.world.claims.get(owner);
  const text = fields === undefined || fields === WRONG ? undefined : fields.get(host);
  const claim = parseClaim(text ?? '{}');
  if (claim === 'malformed') return [broken(4, `${owner} has no claim but rubbish at ${host}`)];
  const ghost = [...claim.backends.values()].flat().find((id) => dead.has(id));
  if (ghost !== undefined) {
    return [broken(3, `${host} is served on behalf of ${ghost}, which is dead`)];
  }
  const due = sortedText(wanted ?? new Map());
  const is = sortedText(claim.backends);
  if (due !== is) return [broken(4, `${owner} claims ${is} at ${host} instead of ${due}`)];
  const isHeldAtMost = wanted === undefined || wanted.size === 0;
  return isHeldAtMost && claimed.isAtRest ? holdDeviations(universe, claimed, claim.heldSince) : [];
}

function sortedText(backends: Wanted): string {
  return JSON.stringify([...backends].sort(([a], [b]) => compareText(a, b)));
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
