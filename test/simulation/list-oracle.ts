import { type World, WRONG } from '../laws/world.ts';
import { type Breach, broken } from './breach.ts';
import { canonical, isForeign, placeOf } from './strangers.ts';
import type { Universe } from './universe.ts';

/** What one owner should have at one vhost: short ids by URL, once for each copy; empty: held. */
export type Wanted = ReadonlyMap<string, readonly string[]>;

/** What is wrong with a list: it is what strangers put there plus what the owners want. */
export function listDeviations(
  { redis, ledger }: Universe,
  host: string,
  wanted: readonly { readonly wanted: Wanted }[],
): readonly Breach[] {
  const due = new Map<string, number>();
  for (const { wanted: one } of wanted) {
    for (const [url, ids] of one) due.set(url, (due.get(url) ?? 0) + ids.length);
  }
  const seen = countsIn(redis.world, host);
  const foreign = [...ledger.foreign.keys()]
    .filter((place) => place.startsWith(`${host} `))
    .map((place) => place.slice(host.length + 1));
  const wrong = [...new Set([...due.keys(), ...seen.keys(), ...foreign])].flatMap((url) => {
    const place = placeOf(host, url);
    const [least, most] = isForeign(url)
      ? exactly(ledger.foreign.get(place) ?? 0)
      : between(due.get(url) ?? 0, ledger.possible.get(place) ?? 0);
    const copies = seen.get(url) ?? 0;
    if (copies >= least && copies <= most) return [];
    const text = `${host} has ${copies} times ${url} instead of ${least} to ${most}`;
    return [broken(isForeign(url) ? 1 : 4, text)];
  });
  const isStray = seen.size === 0 && redis.world.lists.has(host) && !isHeld(redis.world, host);
  if (!isStray || ledger.strays.has(host)) return wrong;
  return [...wrong, broken(4, `${host} has no backend and no claim`)];
}

/** How often each URL stands there, whatever its spelling. */
function countsIn(world: World, host: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entriesOf(world, host)) {
    const url = isForeign(entry) ? entry : canonical(entry);
    counts.set(url, (counts.get(url) ?? 0) + 1);
  }
  return counts;
}

function exactly(copies: number): readonly [least: number, most: number] {
  return [copies, copies];
}

function between(due: number, possible: number): readonly [least: number, most: number] {
  return [due, due + possible];
}

function isHeld(world: World, host: string): boolean {
  return [...world.claims.values()].some((fields) => fields !== WRONG && fields.has(host));
}

/** The URLs of a list. */
export function entriesOf(world: World, host: string): readonly string[] {
  const list = world.lists.get(host);
  return list === undefined || list === WRONG ? [] : list.slice(1);
}
