import type { Box } from './box.ts';
import type { Engine } from './engine.ts';
import type { Happening, Step } from './schedule.ts';
import {
  edit,
  emptyLedger,
  markDead,
  mendKey,
  readForMark,
  spoilKey,
  writeForeign,
} from './strangers.ts';
import type { Seat, Site, Universe } from './universe.ts';
import type { Watch } from './watch.ts';

/** An engine that has come back answers once it has restored its containers. */
const RESTORING_MS = 400;

/** Makes a step happen, now. What of it makes no sense (no such container) does nothing. */
export function perform(universe: Universe, watch: Watch, step: Step): void {
  switch (step.kind) {
    case 'run':
    case 'deed':
    case 'storm':
      return performOnBoxes(siteOf(universe, step.engine).engine, universe, step);
    case 'strike':
      return siteOf(universe, step.engine).door.faults.begin(step.target, step.strike, step.forMs);
    case 'events':
      return siteOf(universe, step.engine).door.faults.beginEvents(step.fault, step.forMs);
    case 'engine-freezes': {
      const { door } = siteOf(universe, step.engine);
      door.freeze(true);
      universe.time.after(step.forMs, () => door.freeze(false));
      return undefined;
    }
    case 'engine-restarts':
      return restartEngine(universe, siteOf(universe, step.engine), step);
    case 'stream-ends':
      return siteOf(universe, step.engine).door.closeStreams(step.forMs);
    case 'crash':
      return crash(universe, step);
    default:
      return performOnRedis(universe, watch, step);
  }
}

type Of<K extends Happening['kind']> = Extract<Step, { readonly kind: K }>;

function performOnBoxes(
  engine: Engine,
  { random }: Universe,
  step: Of<'run'> | Of<'deed'> | Of<'storm'>,
): void {
  if (step.kind === 'run') return engine.run(step.spec);
  if (step.kind === 'storm') {
    for (const box of engine.boxes) {
      if (random.percent(step.percent)) engine.act('remove', box, true);
    }
    return undefined;
  }
  const box: Box | undefined = engine.boxes[step.box % engine.boxes.length];
  if (box !== undefined) engine.act(step.deed, box, false);
  return undefined;
}

function restartEngine(
  { time }: Universe,
  { engine, door }: Site,
  step: Of<'engine-restarts'>,
): void {
  // Stopped in order, it still tells for a moment that nothing runs any more.
  const tellsForMs = step.truthful ? 300 : 0;
  if (step.truthful) engine.haltAll();
  time.after(tellsForMs, () => {
    door.shut(true);
    if (!step.truthful) engine.haltAll();
  });
  time.after(Math.max(step.forMs, tellsForMs + 1), () => {
    door.shut(false);
    door.freeze(true);
  });
  time.after(Math.max(step.forMs, tellsForMs + 1) + RESTORING_MS, () => {
    engine.resumeAll();
    door.freeze(false);
  });
}

function crash(universe: Universe, step: Of<'crash'>): void {
  const seat: Seat | undefined = universe.seats[step.controller];
  if (seat === undefined) return;
  seat.fuse = step.steps;
  seat.onCrash = () => {
    universe.time.after(step.forMs, () => universe.restart(seat));
  };
}

type OnRedis = Exclude<
  Step,
  | Of<'run' | 'deed' | 'storm' | 'strike' | 'events'>
  | Of<'engine-freezes' | 'engine-restarts' | 'stream-ends' | 'crash'>
>;

function performOnRedis(universe: Universe, watch: Watch, step: OnRedis): void {
  const { redis, time } = universe;
  switch (step.kind) {
    case 'redis-freezes':
      redis.freeze(true);
      time.after(step.forMs, () => redis.freeze(false));
      return undefined;
    case 'redis-restarts':
      redis.stop();
      time.after(step.forMs, () => {
        if (step.how === 'empty') universe.ledger = emptyLedger();
        if (step.how === 'as-saved') universe.ledger = structuredClone(universe.savedLedger);
        redis.start(step.how);
      });
      return undefined;
    case 'redis-is-full':
      redis.fill(true);
      time.after(step.forMs, () => redis.fill(false));
      return undefined;
    case 'redis-is-torn':
      redis.tear(() => time.after(step.forMs, () => redis.start('as-it-was')));
      return undefined;
    case 'redis-loses':
      watch.disturbed('until-resync');
      universe.losses = { loss: step.loss, ofWrites: step.ofWrites, left: step.batches };
      return undefined;
    case 'redis-saves':
      redis.save();
      universe.savedLedger = structuredClone(universe.ledger);
      return undefined;
    case 'mark': {
      const list = readForMark(redis.world, step.host);
      const slot = step.slot % Math.max(1, list.length);
      if (list.length === 0) return undefined;
      time.after(step.forMs, () =>
        redis.change((world) => markDead(world, step.host, slot, redis.now())),
      );
      return undefined;
    }
    case 'flush':
      watch.disturbed('until-resync');
      return redis.change((world) => {
        universe.ledger = emptyLedger();
        for (const kept of Object.values(world)) kept.clear();
      });
    case 'spoil':
      watch.disturbed('until-resync');
      redis.change((world) => spoilKey(world, universe.ledger, step));
      time.after(step.forMs, () => {
        watch.disturbed('until-resync');
        redis.change((world) => mendKey(world, step));
      });
      return undefined;
    case 'foreign':
      watch.disturbed('until-resync');
      return redis.change((world) => writeForeign(world, universe.ledger, step));
    case 'edit':
      watch.disturbed('until-resync');
      return redis.change((world) => edit(world, universe.ledger, step));
  }
}

function siteOf({ sites }: Universe, engine: number): Site {
  const site = sites[engine];
  if (site === undefined) throw new Error('no such engine');
  return site;
}
