import { hostsOf, shortIdOf } from './box.ts';
import { isUp } from './deeds.ts';
import { ON_HOSTS } from './perform-hosts.ts';
import { ON_REDIS } from './perform-redis.ts';
import type { Performers, StepOf } from './performers.ts';
import { drainKey } from './redis-orders.ts';
import type { Step } from './step.ts';
import { disown } from './strangers.ts';
import type { Site, Universe } from './universe.ts';

/** So long after it came back an engine has started its containers, with addresses that were dealt anew. */
const STARTED_MS = 200;
/** So soon an address may be another's. */
const NEXT_MS = 100;
/** For how long an engine that is stopped in order tells the truth. */
const TELLING_MS = 300;

const PERFORMERS: Performers<Step['kind']> = {
  ...ON_REDIS,
  ...ON_HOSTS,
  run: (universe, { engine, spec }) => siteOf(universe, engine).engine.run(spec),
  deed(universe, { engine: number, box: chosen, deed }) {
    const { engine } = siteOf(universe, number);
    const box = engine.boxes[chosen % engine.boxes.length];
    if (box !== undefined) engine.act(deed, box, false);
  },
  drain({ sites, redis, time }, { engine: number, box: chosen, how }) {
    const engine = sites[number]?.engine;
    const box = engine?.boxes[chosen % engine.boxes.length];
    if (engine === undefined || box === undefined || !redis.isUp) return;
    const since = redis.now();
    const texts = {
      drain: JSON.stringify({ since, by: 'somebody' }),
      badly: 'please',
      undrain: null,
    };
    redis.order(drainKey(engine.id), shortIdOf(box), texts[how]);
    box.orderedAt = time.now();
  },
  storm(universe, { engine: number, percent }) {
    const { engine } = siteOf(universe, number);
    for (const box of engine.boxes) {
      if (universe.random.percent(percent)) engine.act('remove', box, true);
    }
  },
  strike: (universe, { engine, target, strike, forMs }) =>
    siteOf(universe, engine).door.faults.begin(target, strike, forMs),
  events: (universe, { engine, fault, forMs }) =>
    siteOf(universe, engine).door.faults.beginEvents(fault, forMs),
  'engine-freezes'(universe, { engine, forMs }) {
    const { door } = siteOf(universe, engine);
    door.freeze(true);
    universe.time.after(forMs, () => door.freeze(false));
  },
  'claims-are-evicted'(universe, { engine: number, box: chosen, next }) {
    const { engine } = siteOf(universe, number);
    const running = engine.boxes.filter(isUp);
    const box = running[chosen % running.length];
    if (box === undefined) return;
    universe.watch.disturbed('until-resync');
    universe.redis.change((world) => {
      for (const host of hostsOf(box)) {
        universe.ledger.strays.add(host);
        disown(world, universe.ledger, engine.id, host);
      }
    });
    engine.act('die', box, false);
    universe.time.after(NEXT_MS, () => engine.run(next));
  },
  'engine-restarts': restartEngine,
  'stream-ends': (universe, { engine, forMs }) => siteOf(universe, engine).door.closeStreams(forMs),
  crash(universe, { controller, steps, forMs }) {
    const seat = universe.seats[controller];
    if (seat === undefined) return;
    seat.fuse = steps;
    seat.onCrash = () => {
      universe.time.after(forMs, () => universe.restart(seat));
    };
  },
};

/** Makes a step happen, now. What of it makes no sense (no such container) does nothing. */
export function perform<K extends Step['kind']>(universe: Universe, step: StepOf<K> & { kind: K }) {
  PERFORMERS[step.kind](universe, step);
}

function restartEngine(universe: Universe, step: StepOf<'engine-restarts'>): void {
  const { time } = universe;
  const { engine, door } = siteOf(universe, step.engine);
  // Stopped in order, it still tells for a moment that nothing runs any more.
  const tellsForMs = step.truthful ? TELLING_MS : 0;
  if (step.truthful) engine.haltAll();
  time.after(tellsForMs, () => {
    door.shut(true);
    if (!step.truthful) engine.haltAll();
  });
  const backMs = Math.max(step.forMs - step.restoringMs, tellsForMs + 1);
  time.after(backMs, () => door.comeSilently());
  time.after(backMs + STARTED_MS, () => engine.resumeAll());
  time.after(backMs + step.restoringMs, () => door.freeze(false));
}

function siteOf({ sites }: Universe, engine: number): Site {
  const site = sites[engine];
  if (site === undefined) throw new Error('no such engine');
  return site;
}
