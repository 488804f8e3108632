import { type Random, randomFrom } from '../laws/random.ts';
import { createHeap } from './heap.ts';

/** A simulated process: what it waits for dies with it. */
export interface Process {
  readonly name: string;
  alive: boolean;
  /** Timers that it has set and that have not fired: bounded, whatever happens. */
  timers: number;
  /** It runs a version that has neither leases nor an index. */
  readonly isOlder?: boolean;
  /** On a machine that was cloned from another one, with the ID of its engine. */
  readonly isClone?: boolean;
}

/** Virtual time: nothing happens but what was asked for, in the order of the clock, one thing after another. */
export interface Time {
  /** Milliseconds since the simulation began. */
  now(): number;
  /** Runs the work later, as this process, unless that is dead by then. Returns how to call it off. */
  after(delayMs: number, work: () => void, process?: Process | null): () => void;
  /** Runs work that continues no promise: nothing has to come to rest after it. */
  look(delayMs: number, work: () => void): void;
  /** Runs until nothing is left to do before `untilMs`, or until, with all quiet after a step, `isOver`. */
  run(untilMs: number, isOver: () => boolean): Promise<void>;
  /** Gives the real clock and timers back. */
  dispose(): void;
}

interface Timer {
  at: number;
  readonly order: number;
  readonly work: () => void;
  readonly process: Process | null;
  readonly everyMs: number | null;
  /** Whether the process set it; else it is something that comes to it. */
  readonly isOwn: boolean;
  /** Whether promises may go on after it. */
  readonly stirs: boolean;
  isOver: boolean;
  unref(): Timer;
}

/** The first moment of every simulation, milliseconds since 1970. */
export const EPOCH_MS = 1_800_000_000_000;

const quiet = setImmediate;

/**
 * Puts virtual time in the place of every clock, timer and source of chance that the controller has. The
 * event loop serves only to wait until no promise is left to be continued: the same seed gives the same run.
 */
export function virtualTime(seed: number): Time {
  const queue = createHeap<Timer>((a, b) => a.at - b.at || a.order - b.order);
  let now = 0;
  let order = 0;
  let current: Process | null = null;
  const add = (
    delayMs: number,
    work: () => void,
    timer: Pick<Timer, 'process' | 'everyMs' | 'isOwn' | 'stirs'>,
  ) => {
    const at = now + Math.max(0, delayMs);
    const added: Timer = { at, order: order++, work, isOver: false, unref: () => added, ...timer };
    queue.push(added);
    return added;
  };
  const end = (timer: Timer | undefined) => {
    if (timer === undefined || timer.isOver) return;
    timer.isOver = true;
    if (timer.isOwn && timer.process !== null) timer.process.timers -= 1;
  };
  const fire = (timer: Timer) => {
    now = timer.at;
    current = timer.process;
    if (timer.everyMs === null) end(timer);
    else {
      timer.at = now + Math.max(1, timer.everyMs);
      queue.push(timer);
    }
    timer.work();
  };
  /** The next timer that is not called off; without one, the time is over. */
  const take = (untilMs: number): Timer | undefined => {
    for (let next = queue.peek(); next !== undefined && next.at <= untilMs; next = queue.peek()) {
      queue.pop();
      if (!next.isOver && next.process?.alive !== false) return next;
    }
    now = untilMs;
    return undefined;
  };
  const restore = install(randomFrom(seed ^ 0x5eed), {
    now: () => now,
    set: (work, ms, repeats) => {
      if (current !== null) current.timers += 1;
      return add(Math.max(1, ms), work, {
        process: current,
        everyMs: repeats ? ms : null,
        isOwn: true,
        stirs: true,
      });
    },
    clear: (handle) => end(handle as Timer | undefined),
  });
  return {
    now: () => now,
    after: (delayMs, work, process = null) => {
      const added = add(delayMs, work, { process, everyMs: null, isOwn: false, stirs: true });
      return () => end(added);
    },
    look: (delayMs, work) => {
      add(delayMs, work, { process: null, everyMs: null, isOwn: false, stirs: false });
    },
    async run(untilMs, isOver) {
      for (let next = take(untilMs); next !== undefined && !isOver(); next = take(untilMs)) {
        fire(next);
        if (next.stirs) await new Promise((resolve) => quiet(resolve));
        current = null;
      }
    },
    dispose: restore,
  };
}

interface VirtualClock {
  readonly now: () => number;
  readonly set: (work: () => void, ms: number, repeats: boolean) => unknown;
  readonly clear: (handle: unknown) => void;
}

type Work = (...args: readonly unknown[]) => void;

function install(random: Random, clock: VirtualClock): () => void {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const realDate = Date.now;
  const realRandom = Math.random;
  const realUsage = process.cpuUsage;
  const timer =
    (repeats: boolean) =>
    (work: Work, ms = 0, ...args: readonly unknown[]) =>
      clock.set(() => work(...args), ms, repeats);
  Object.assign(globalThis, {
    setTimeout: timer(false),
    setInterval: timer(true),
    clearTimeout: clock.clear,
    clearInterval: clock.clear,
  });
  Date.now = () => EPOCH_MS + Math.floor(clock.now());
  Math.random = () => random.int(1 << 30) / (1 << 30);
  performance.now = clock.now;
  // Each request makes an error to abort with, which nobody reads; its stack costs more than the pass.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  process.cpuUsage = () => ({ user: 0, system: 0 });
  return () => {
    Object.assign(globalThis, real);
    Error.stackTraceLimit = stackTraceLimit;
    Date.now = realDate;
    Math.random = realRandom;
    process.cpuUsage = realUsage;
    Reflect.deleteProperty(performance, 'now');
  };
}
