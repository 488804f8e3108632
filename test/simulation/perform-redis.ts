import type { Performers } from './performers.ts';
import {
  edit,
  emptyLedger,
  markDead,
  mendKey,
  readForMark,
  spoilKey,
  writeForeign,
} from './strangers.ts';
import type { Universe } from './universe.ts';

type OnRedis =
  | 'redis-freezes'
  | 'redis-restarts'
  | 'redis-is-full'
  | 'redis-is-torn'
  | 'redis-loses'
  | 'redis-saves'
  | 'mark'
  | 'flush'
  | 'spoil'
  | 'foreign'
  | 'edit';

/** What befalls Redis, and what strangers do to it. */
export const ON_REDIS: Performers<OnRedis> = {
  'redis-freezes'({ redis, time }, { forMs }) {
    redis.freeze(true);
    time.after(forMs, () => redis.freeze(false));
  },
  'redis-restarts'(universe, { forMs, how }) {
    const { redis, time } = universe;
    redis.stop();
    time.after(forMs, () => {
      if (how !== 'as-it-was') forgetClones(universe);
      if (how === 'empty') universe.ledger = emptyLedger();
      if (how === 'as-saved') universe.ledger = structuredClone(universe.savedLedger);
      redis.start(how);
    });
  },
  'redis-is-full'({ redis, time }, { forMs }) {
    redis.fill(true);
    time.after(forMs, () => redis.fill(false));
  },
  'redis-is-torn'({ redis, time }, { forMs }) {
    redis.tear(() => {
      time.after(forMs, () => redis.start('as-it-was'));
    });
  },
  'redis-loses'(universe, { loss, ofWrites, batches }) {
    universe.watch.disturbed('until-resync');
    universe.losses = { loss, ofWrites, left: batches };
  },
  'redis-saves'(universe) {
    universe.redis.save();
    universe.savedLedger = structuredClone(universe.ledger);
  },
  mark({ redis, time }, { host, slot, forMs }) {
    const list = readForMark(redis.world, host);
    if (list.length === 0) return;
    const chosen = slot % list.length;
    time.after(forMs, () => {
      redis.change((world) => markDead(world, host, chosen, redis.now()));
    });
  },
  flush(universe) {
    universe.watch.disturbed('until-resync');
    forgetClones(universe);
    universe.redis.change((world) => {
      universe.ledger = emptyLedger();
      for (const kept of Object.values(world)) kept.clear();
      universe.redis.hashes.clear();
    });
  },
  spoil(universe, step) {
    const { redis, time, watch } = universe;
    watch.disturbed('until-resync');
    redis.change((world) => spoilKey(world, universe.ledger, step));
    time.after(step.forMs, () => {
      watch.disturbed('until-resync');
      redis.change((world) => mendKey(world, step.host));
    });
  },
  foreign(universe, step) {
    universe.watch.disturbed('until-resync');
    universe.redis.change((world) => writeForeign(world, universe.ledger, step));
  },
  edit(universe, step) {
    universe.watch.disturbed('until-resync');
    universe.redis.change((world) => edit(world, universe.ledger, step));
  },
};

/** Redis does not know any more who was there first: the clone might be it. */
function forgetClones(universe: Universe): void {
  for (const end of universe.clones) end();
  universe.clones = [];
}
