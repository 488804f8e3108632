import { parseClaim } from '../../src/model/claim-text.ts';
import { parseOwnerRecord } from '../../src/model/owner-record.ts';
import { breaches } from '../laws/invariants.ts';
import { fieldsOf, listOf, type World } from '../laws/world.ts';
import { type Breach, broken } from './breach.ts';
import type { Site, Universe } from './universe.ts';
import type { Reaped } from './watch.ts';

/** A lease, a look by whoever finds it over, the guard's delay, and a pass that comes first. */
const REAPED_WITHIN_MS = 35_000;
/** Redis' clock tells whole milliseconds, and a sign is on its way for some. */
const ROUNDED_MS = 10;

/** Judges what owners do to each other's leases and entries. */
export interface HostOracle {
  /** An owner that has a lease gave a sign of life, which Redis took. */
  signed(owner: string): void;
  /** Its record says from now on that it is lapsed. */
  lapsed(owner: string): readonly Breach[];
  reaped(reaped: Reaped): readonly Breach[];
  /** An owner's write counted. */
  wrote(owner: string): readonly Breach[];
  /** Redis keeps what it was told so far. */
  saved(): void;
  /** Redis knows again what it kept last, or nothing: what came since never was. */
  restored(how: 'as-saved' | 'empty'): void;
  /** What a host left that is dead for long enough. */
  lingering(universe: Universe): readonly Breach[];
}

export function createHostOracle(
  now: () => number,
  { leaseMs, lastMs }: { readonly leaseMs: number; readonly lastMs: number },
): HostOracle {
  let signs = new Map<string, number>();
  let lapses = new Map<string, number>();
  let kept = { signs: new Map(signs), lapses: new Map(lapses) };
  const downAt = new Map<string, number>();
  let watchedSince = 0;
  return {
    signed(owner) {
      signs.set(owner, now());
      lapses.delete(owner);
    },
    lapsed(owner) {
      const agoMs = now() - (signs.get(owner) ?? Number.NEGATIVE_INFINITY);
      if (!lapses.has(owner)) lapses.set(owner, now());
      return agoMs >= leaseMs - ROUNDED_MS
        ? []
        : [broken(9, `${owner} is called lapsed ${agoMs} ms after its last sign of life`)];
    },
    wrote(owner) {
      return lapses.has(owner) ? [broken(9, `${owner} wrote although others found it lapsed`)] : [];
    },
    reaped(reaped) {
      const { lapsed, before, after, mode } = reaped;
      const touched = changesIn(before, after);
      if (touched.length === 0) return [];
      const since = lapses.get(lapsed);
      if (since === undefined) return [broken(9, `${lapsed} was reaped, and is not lapsed`)];
      const isLastDue = now() - since >= lastMs;
      return [
        ...othersTouched(reaped, touched),
        ...(mode === 'all' && !isLastDue ? [broken(9, `${lapsed} lost its last too early`)] : []),
        ...(mode === 'all' ? [] : touched.flatMap((vhost) => lastTaken(reaped, vhost))),
      ];
    },
    saved() {
      kept = { signs: new Map(signs), lapses: new Map(lapses) };
    },
    restored(how) {
      signs = new Map(how === 'empty' ? [] : kept.signs);
      lapses = new Map(how === 'empty' ? [] : kept.lapses);
      watchedSince = now();
    },
    lingering(universe) {
      const { sites } = universe;
      if (!isWatched(universe)) watchedSince = now();
      for (const { engine } of sites.filter(({ downSince }) => downSince !== null)) {
        downAt.set(engine.id, now());
      }
      // Beside whom the dead one's are no longer the last: what has just come back is first to be live again.
      const serving = sites
        .map(({ engine }) => engine.id)
        .filter((id) => now() >= (downAt.get(id) ?? Number.NEGATIVE_INFINITY) + REAPED_WITHIN_MS);
      return sites.flatMap((site) => {
        const due = Math.max(site.downSince ?? Number.POSITIVE_INFINITY, watchedSince);
        return now() < due + REAPED_WITHIN_MS ? [] : leftBy(universe, site, serving);
      });
    },
  };
}

function changesIn(before: World, after: World): readonly string[] {
  const vhosts = new Set([...before.lists.keys(), ...after.lists.keys()]);
  return [...vhosts].filter(
    (vhost) => JSON.stringify(before.lists.get(vhost)) !== JSON.stringify(after.lists.get(vhost)),
  );
}

/** Counted as if the lapsed owner had wanted nothing there any more: all that is others' stays. */
function othersTouched(
  { lapsed, before, after }: Reaped,
  touched: readonly string[],
): readonly Breach[] {
  const epoch = before.scores.get(lapsed) ?? '';
  const writes = touched.map((name) => {
    return { vhost: name as never, identifier: name, backends: [], asked: false };
  });
  const input = { owner: lapsed, epoch, holdMs: 0, now: 0, writes };
  const others = [...before.claims.keys()].filter((owner) => owner !== lapsed);
  return [
    ...breaches(before, after, input).map((what) => broken(what.includes(' marks ') ? 5 : 1, what)),
    ...others
      .filter((owner) => {
        const [was, is] = [before, after].map((world) => [...fieldsOf(world, owner)]);
        return JSON.stringify(was) !== JSON.stringify(is);
      })
      .map((owner) => broken(1, `the claims of ${owner} changed as ${lapsed} was reaped`)),
  ];
}

function lastTaken({ lapsed, before, after }: Reaped, vhost: string): readonly Breach[] {
  const isEmptied = listOf(before, vhost).length > 1 && listOf(after, vhost).length <= 1;
  return isEmptied ? [broken(9, `${vhost} lost its last backends with ${lapsed}`)] : [];
}

/** Whether a host of this version is up and sees Redis, which is well. */
function isWatched({ redis, seats, losses }: Universe): boolean {
  const isWell = redis.isUp && !redis.isFrozen && !redis.isFull && (losses?.left ?? 0) <= 0;
  const isThere = seats.some(({ site }) => site.downSince === null);
  return (
    isWell &&
    isThere &&
    seats.every(({ site, controller, isOlder }) => {
      if (site.downSince !== null) return true;
      return !site.way.isCut && !isOlder && controller.process.alive;
    })
  );
}

function leftBy(
  { redis }: Universe,
  { engine }: Site,
  serving: readonly string[],
): readonly Breach[] {
  const { world } = redis;
  if (parseOwnerRecord(redis.recordOf(engine.id)).leaseMs === null) return [];
  return [...fieldsOf(world, engine.id).keys()].flatMap((vhost) => {
    const isServed = serving.some((owner) => standsThere(world, owner, vhost));
    return isServed && standsThere(world, engine.id, vhost)
      ? [broken(9, `${vhost} still leads to ${engine.id}, which is dead, beside one that lives`)]
      : [];
  });
}

function standsThere(world: World, owner: string, vhost: string): boolean {
  const claim = parseClaim(fieldsOf(world, owner).get(vhost) ?? '{}');
  const list = listOf(world, vhost).slice(1);
  return claim !== 'malformed' && [...claim.backends.keys()].some((url) => list.includes(url));
}
