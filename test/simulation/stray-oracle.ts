import { type World, WRONG } from '../laws/world.ts';
import { type Box, hostsOf, isRoutable, urlOf } from './box.ts';
import { type Breach, broken } from './breach.ts';
import { entriesOf } from './list-oracle.ts';
import { claimedBy } from './oracle.ts';
import { HOSTS } from './step.ts';
import { canonical } from './strangers.ts';
import type { Site, Universe } from './universe.ts';

/**
 * 3: where the index tells that an owner claims something, and nothing tells what, no backend that nobody claims leads
 * for long to a container of that owner, which has this address and asks for other hosts.
 *
 * @param sweptAt by when all that went wrong before is to be looked through
 * @param withinMs for how long it may stand there
 */
export function straysAt(
  { sites, redis: { world }, time }: Universe,
  sweptAt: number,
  withinMs: number,
): readonly Breach[] {
  if (time.now() < sweptAt) return [];
  const since = time.now() - withinMs;
  const claimed = claimedIn(world);
  return sites.flatMap((site) => {
    const { engine } = site;
    const told = HOSTS.filter((host) => isToldAlone(world, host, engine.id));
    return told.flatMap((host) => {
      const entries = entriesOf(world, host).map(canonical);
      return [...new Set(entries)].flatMap((url) => {
        const copies = entries.filter((entry) => entry === url).length;
        const holder =
          copies > (claimed.get(`${host} ${url}`) ?? 0) ? holderOf(site, url, since) : null;
        const isStranger = holder !== null && !mayBeMeant(engine.boxes, host, since);
        return isStranger ? [broken(3, `${host} leads to ${url}, which is another's now`)] : [];
      });
    });
  });
}

/** Copies by host and URL, whoever claims them. */
function claimedIn(world: World): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const owner of world.claims.keys()) {
    for (const { host, url } of claimedBy(world, owner)) {
      counts.set(`${host} ${url}`, (counts.get(`${host} ${url}`) ?? 0) + 1);
    }
  }
  return counts;
}

function isToldAlone({ told, claims }: World, host: string, owner: string): boolean {
  const members = told.get(host);
  const fields = claims.get(owner);
  const isClaimed = fields === WRONG || fields?.has(host) === true;
  return members !== undefined && members !== WRONG && members.includes(owner) && !isClaimed;
}

function holderOf({ engine }: Site, url: string, since: number): Box | null {
  const holder = engine.boxes.find(({ shown, real, shownSince }) => {
    return shown === real && shownSince < since && isRoutable(shown) && urlOf(shown) === url;
  });
  return holder ?? null;
}

/** Somebody asks for the host, or did so since then, who may stand anywhere. */
function mayBeMeant(boxes: readonly Box[], host: string, since: number): boolean {
  return boxes.some((box) => {
    const isThere = box.shown.state !== 'exited' || box.shownSince >= since;
    return isThere && hostsOf(box).includes(host);
  });
}
