import { type Breach, broken } from './breach.ts';
import { entriesOf } from './list-oracle.ts';
import { claimedBy } from './oracle.ts';
import { canonical } from './strangers.ts';
import type { Site, Universe } from './universe.ts';

/** Within which a daemon that came silently is known for one, and its routes are held. */
const HELD_WITHIN_MS = 2_000;
/** What went wrong with Redis may keep a pass waiting, and a connection from being made anew. */
const REDIS_BUDGET_MS = 6_500;

/** Judges what is routed while nobody knows who has which address. */
export interface HoldOracle {
  /**
   * 3: once a daemon that came in the place of another one was silent for so long, nothing that is claimed leads to the
   * addresses of its containers, as they are dealt anew; where somebody is alive who saw the other one go, and Redis is
   * well. What stands in place of a list leads nowhere.
   */
  routedBlindly(): readonly Breach[];
}

export function createHoldOracle(universe: Universe): HoldOracle {
  const { sites, redis, time } = universe;
  const troubledAt = new Map<Site, number>();
  const isWell = (site: Site) => {
    const isTroubled =
      site.way.isCut || site.downSince !== null || (universe.losses?.left ?? 0) > 0;
    if (isTroubled) troubledAt.set(site, time.now());
    const since = Math.max(redis.troubledAt, troubledAt.get(site) ?? Number.NEGATIVE_INFINITY);
    return time.now() >= since + REDIS_BUDGET_MS;
  };
  const isToBeHeld = ({ door: { newcomer } }: Site) =>
    newcomer !== null &&
    time.now() >= newcomer.since + HELD_WITHIN_MS &&
    newcomer.leftBehind.some(({ alive }) => alive);
  return {
    routedBlindly: () =>
      sites.flatMap((site) => {
        const areWrong = isWell(site) && isToBeHeld(site);
        const claimed = areWrong ? claimedBy(redis.world, site.engine.id) : [];
        return claimed
          .filter(({ host, url }) => entriesOf(redis.world, host).map(canonical).includes(url))
          .map(({ host, url }) =>
            broken(3, `${host} still leads to ${url}, and nobody knows whose that is by now`),
          );
      }),
  };
}
