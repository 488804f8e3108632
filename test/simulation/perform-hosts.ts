import type { Performers } from './performers.ts';
import type { Site, Universe } from './universe.ts';

type OnHosts =
  | 'machine-is-cloned'
  | 'power-fails'
  | 'host-dies'
  | 'host-is-cut-off'
  | 'clock-jumps'
  | 'version-changes'
  | 'redis-fails-over';

/** For so long an engine is silent after a boot. */
const RESTORING_MS = 400;

/** What befalls whole hosts. */
export const ON_HOSTS: Performers<OnHosts> = {
  // Whoever is there first is told by Redis alone: where that has forgotten it, nobody knows the clone for one.
  'machine-is-cloned'(universe, { engine: number, spec, forMs }) {
    const site = universe.sites[number];
    if (site === undefined || universe.redis.recordOf(site.engine.id) === undefined) return;
    const end = universe.clone(site, spec);
    universe.clones.push(end);
    universe.time.after(forMs, end);
  },
  'power-fails'(universe, { engine: number, forMs, redisMs }) {
    const site = universe.sites[number];
    if (site === undefined || site.downSince !== null) return;
    const { time, watch, redis } = universe;
    goDown(universe, site);
    redis.stop();
    time.after(redisMs, () => redis.start('as-it-was'));
    time.after(forMs - RESTORING_MS, () => {
      site.downSince = null;
      site.door.comeSilently();
      for (const seat of seatsOf(universe, site)) universe.restart(seat);
    });
    time.after(forMs - RESTORING_MS / 2, () => site.engine.resumeAll());
    time.after(forMs, () => {
      watch.disturbed('until-resync');
      site.door.freeze(false);
    });
  },
  'host-dies'(universe, { engine: number, forMs }) {
    const site = universe.sites[number];
    if (site === undefined || site.downSince !== null) return;
    const { time, watch, seats } = universe;
    goDown(universe, site);
    time.after(forMs, () => {
      watch.disturbed('until-resync');
      site.downSince = null;
      site.door.shut(false);
      site.engine.resumeAll();
      for (const seat of seats) if (seat.site === site) universe.restart(seat);
    });
  },
  'host-is-cut-off'(universe, { engine: number, how, atWrite, forMs }) {
    const site = universe.sites[number];
    if (site === undefined || site.way.isCut) return;
    const { time, watch } = universe;
    watch.disturbed('until-resync');
    if (atWrite) site.way.cutAtWrite(how);
    else site.way.cut(how);
    time.after(forMs, () => {
      watch.disturbed('until-resync');
      site.way.mend();
    });
  },
  'clock-jumps'({ redis, watch }, { byMs }) {
    watch.disturbed('until-resync');
    redis.shift(byMs);
  },
  'version-changes'(universe, { controller, isOlder, forMs }) {
    const seat = universe.seats[controller];
    if (seat === undefined) return;
    seat.isOlder = isOlder;
    seat.controller.crash();
    universe.time.after(forMs, () => universe.restart(seat));
  },
  // What the old master alone had is lost: all since a moment ago.
  'redis-fails-over'(universe, { forMs }) {
    const { redis, time } = universe;
    redis.save();
    universe.savedLedger = structuredClone(universe.ledger);
    time.after(forMs, () => {
      redis.stop();
      universe.ledger = structuredClone(universe.savedLedger);
      redis.start('as-saved');
    });
  },
};

/** A host is gone with all that runs there. */
function goDown(universe: Universe, site: Site): void {
  universe.watch.disturbed('until-resync');
  site.downSince = universe.time.now();
  site.door.shut(true);
  site.engine.haltAll();
  for (const seat of seatsOf(universe, site)) seat.controller.crash();
}

function seatsOf({ seats }: Universe, site: Site): Universe['seats'] {
  return seats.filter((seat) => seat.site === site);
}
