import type { Performers } from './performers.ts';
import type { Site, Universe } from './universe.ts';

type OnHosts =
  | 'host-dies'
  | 'host-is-cut-off'
  | 'clock-jumps'
  | 'version-changes'
  | 'redis-fails-over';

/** What befalls whole hosts. */
export const ON_HOSTS: Performers<OnHosts> = {
  'host-dies'(universe, { engine: number, forMs }) {
    const site = universe.sites[number];
    if (site === undefined || site.downSince !== null) return;
    const { time, watch, seats } = universe;
    watch.disturbed('until-resync');
    site.downSince = time.now();
    site.door.shut(true);
    site.engine.haltAll();
    for (const seat of seatsOf(universe, site)) seat.controller.crash();
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

function seatsOf({ seats }: Universe, site: Site): Universe['seats'] {
  return seats.filter((seat) => seat.site === site);
}
