import type { Breach } from './breach.ts';
import { breachesOf } from './checks.ts';
import { createHoldOracle } from './hold-oracle.ts';
import { createHostOracle, type HostOracle } from './host-oracle.ts';
import { type MakeMutant, UNCHANGED } from './mutant.ts';
import { deviations, forgottenDrains, strangersAt } from './oracle.ts';
import { perform } from './perform.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { calmSteps } from './schedule.ts';
import { type Cast, describeStep, endOf, HOSTS, type Schedule } from './step.ts';
import { mendKey } from './strangers.ts';
import { straysAt } from './stray-oracle.ts';
import { virtualTime } from './time.ts';
import { createUniverse, type Seat, type Universe } from './universe.ts';

/** What became of a simulation. */
export interface Verdict {
  /** The first breach, and when: milliseconds of virtual time; null: all was well. */
  readonly breach: Recorder['breach'];
  /** Stands for everything that was written, so that two runs can be compared. */
  readonly digest: string;
  readonly virtualMs: number;
  readonly writes: number;
}

/** Within which an event is followed once all is well, and what a pass may take after a resync. */
const EVENT_BUDGET_MS = 2_000;
const PASS_BUDGET_MS = 10_000;
/** A controller that starts while the list shows the dead waits for their inspections, to the deadline of these. */
const COLD_START_MS = 5_000;
const RESYNC_SPREAD = 1.1;
const LONGEST_BACKOFF_MS = 30_000;
const LOOK_EVERY_MS = 250;
/** Redis twice, two lists, inspections, marks and an apply, each to its deadline. */
const LONGEST_PASS_MS = 28_000;
const MOST_TIMERS = 60;
/** After the last step. */
const LAST_LOOK_MS = 6_500;

/** Runs a schedule to its end, or to the first breach of an invariant. The same schedule gives the same run. */
export async function simulate(
  schedule: Schedule,
  makeMutant: MakeMutant = UNCHANGED,
  tell: (line: string) => void = () => undefined,
): Promise<Verdict> {
  const time = virtualTime(schedule.seed);
  try {
    const mendedWithinMs = mendingTime(schedule.cast);
    const { leaseMs, reapLastMs: lastMs } = schedule.cast;
    const hosts = createHostOracle(time.now, { leaseMs, lastMs });
    const recorder = createRecorder({
      hosts,
      now: time.now,
      mendedWithinMs,
      tell: (line) => tell(`${(time.now() / 1_000).toFixed(3)} ${line}`),
      judge: (applied, basis) => breachesOf(applied, basis, universe),
    });
    const universe = createUniverse(schedule, { time, watch: recorder, mutant: makeMutant() });
    const look = createLook(universe, recorder, mendedWithinMs, hosts);
    const doAt = (at: number, work: () => void) => time.after(at - time.now(), work);
    for (const step of schedule.steps) {
      doAt(step.at, () => {
        tell(`${(time.now() / 1_000).toFixed(3)} ${describeStep(step)}`);
        perform(universe, step);
      });
    }
    const faultsEnd = endOf(schedule) + 1;
    doAt(faultsEnd, () => mendAll(universe, recorder));
    const calm = calmSteps(schedule, faultsEnd + mendedWithinMs + EVENT_BUDGET_MS);
    for (const step of calm) doAt(step.at, () => perform(universe, step));
    const end = endOf({ ...schedule, steps: calm }) + LAST_LOOK_MS;
    const lookAgain = () => {
      look();
      time.look(LOOK_EVERY_MS, lookAgain);
    };
    lookAgain();
    await time.run(end, () => recorder.breach !== null);
    for (const { controller } of universe.seats) controller.crash();
    const { breach, writes } = recorder;
    return { breach, digest: recorder.digest(), virtualMs: time.now(), writes };
  } finally {
    time.dispose();
  }
}

/** One resync and 10 s; a pass that fails again and again is tried at least every 30 s. */
function mendingTime({ resyncMs }: Cast): number {
  return Math.max(RESYNC_SPREAD * resyncMs, LONGEST_BACKOFF_MS) + PASS_BUDGET_MS;
}

/** The end of all faults: nothing unusable stands in Redis, and everybody lives. */
function mendAll(universe: Universe, recorder: Recorder): void {
  universe.losses = null;
  universe.redis.heal();
  for (const seat of universe.seats) {
    seat.fuse = null;
    if (seat.isOlder) seat.controller.crash();
    seat.isOlder = false;
    universe.restart(seat);
  }
  universe.redis.change((world) => {
    for (const host of HOSTS) mendKey(world, host);
  });
  recorder.disturbed('until-resync');
}

/** Looks at everything now and then. */
function createLook(
  universe: Universe,
  recorder: Recorder,
  mendedWithinMs: number,
  hosts: HostOracle,
): () => void {
  const { time, redis, sites, seats, cast } = universe;
  const progress = new Map<Seat, { passes: number; at: number }>();
  const holds = createHoldOracle(universe);
  let unquietAt = 0;
  let unreachableAt = 0;
  const isReachable = () =>
    redis.isUp &&
    !redis.isFrozen &&
    !redis.isFull &&
    sites.every(({ way, downSince }) => !way.isCut && downSince === null) &&
    seats.every(({ controller }) => controller.process.alive) &&
    seats.every(({ site }) => site.door.streams >= seats.filter((one) => one.site === site).length);
  const isQuiet = () => isReachable() && sites.every(({ engine }) => !engine.isLagging);
  return () => {
    recorder.accuse(seats.flatMap((seat) => unbounded(seat, progress, universe)));
    recorder.accuse(hosts.lingering(universe));
    recorder.accuse(holds.routedBlindly());
    if (!isReachable()) unreachableAt = time.now();
    if (!isQuiet()) unquietAt = time.now();
    const changedAt = Math.max(redis.orderedAt, ...sites.map(({ engine }) => engine.changedAt));
    const startedAt = Math.max(...seats.map((seat) => seat.startedAt));
    const since = Math.max(recorder.calmAt, unreachableAt, startedAt + COLD_START_MS);
    recorder.accuse(strangersAt(universe, since, EVENT_BUDGET_MS));
    const soundAt = Math.max(unreachableAt, startedAt) + mendedWithinMs;
    const sweptAt = Math.max(recorder.calmAt, soundAt) + EVENT_BUDGET_MS;
    recorder.accuse(straysAt(universe, sweptAt, mendedWithinMs + EVENT_BUDGET_MS));
    const restAt = Math.max(recorder.calmAt, unquietAt, changedAt);
    const due = restAt + EVENT_BUDGET_MS;
    if (time.now() < due) return;
    const isAtRest = sites.length === 1 || time.now() >= restAt + mendedWithinMs;
    const found = [...deviations(universe, isAtRest), ...forgottenDrains(universe, mendedWithinMs)];
    const isGuarded = found.filter(({ invariant }) => invariant === 3).length >= cast.minDeletes;
    const graceMs = isGuarded ? cast.confirmAfterMs + EVENT_BUDGET_MS : 0;
    if (time.now() >= due + graceMs) recorder.accuse(found);
  };
}

/** 7: a controller goes on making passes, ends none too late, and does not pile up timers. */
function unbounded(
  seat: Seat,
  progress: Map<Seat, { passes: number; at: number }>,
  { time, cast }: Universe,
): readonly Breach[] {
  const { process, parts, ended } = seat.controller;
  const broken = (what: string): Breach => ({ invariant: 7, what: `${process.name} ${what}` });
  if (ended !== null) return [broken(`ended by itself: ${ended.stack}`)];
  const { passes } = parts.status;
  const last = progress.get(seat);
  if (!process.alive || last?.passes !== passes) progress.set(seat, { passes, at: time.now() });
  const longestMs = mendingTime(cast) + LONGEST_PASS_MS;
  const isStuck = last?.passes === passes && process.alive && time.now() - last.at > longestMs;
  return [
    ...(isStuck ? [broken(`made no pass for ${longestMs} ms`)] : []),
    ...(process.timers > MOST_TIMERS ? [broken(`has ${process.timers} timers`)] : []),
  ];
}
