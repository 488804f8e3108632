import { growingMs } from './model/growing-pause.ts';
import type { PassResult, TriggerReason } from './model/trigger.ts';

/** What made a pass run: its reasons, and the time of the oldest event among them (for a metric alone). */
export interface PassCause {
  readonly reasons: ReadonlySet<TriggerReason>;
  /** Monotonic milliseconds; null: no event. */
  readonly oldestEventAt: number | null;
}

/** What the loop needs from outside. Times are monotonic milliseconds. */
export interface LoopOptions {
  readonly minIntervalMs: number;
  readonly now: () => number;
  /** Resolves after the time, or as soon as the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Processor time that this process has used, milliseconds. */
  readonly processorMs: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** What the loop runs. */
export interface LoopWork {
  /** Runs one pass; never rejects for an expected failure, which is `failed`. */
  run(cause: PassCause): Promise<PassResult>;
  /** Whether this reason proves that what made the last pass fail may be over. */
  endsBackoff(reason: TriggerReason): boolean;
}

/** Runs passes, one at a time. */
export interface Loop {
  /** One pass now, or one more after the pass under way, however often this is called meanwhile. */
  trigger(reason: TriggerReason, eventAt?: number): void;
  /** Runs until `stop`. Rejects only if a pass rejects. */
  run(work: LoopWork): Promise<void>;
  /** No further pass begins; `run` resolves when the pass in hand is done. */
  stop(): void;
}

/** After a failed pass, milliseconds. */
export const FAILED_BACKOFF = { firstMs: 200, longestMs: 30_000 };
/** After a fenced pass, milliseconds: two controllers of one engine agree instead of chasing each other. */
export const FENCED_BACKOFF = { firstMs: 100, longestMs: 5_000 };
/** A pause of this many times the processor time of the last pass: at most a third of one core. */
const PAUSE_PER_PROCESSOR_TIME = 2;

/**
 * Plain async code, because what is wanted is "one now, at most one more after": `exhaustMap` loses the
 * trigger that arrives during a pass, `concatMap` runs one pass per trigger, `switchMap` overlaps passes.
 */
export function createLoop(options: LoopOptions): Loop {
  const pending = createPending();
  const stopping = new AbortController();
  const pace = createPace(options);
  const backoff = { failures: 0, until: 0, fences: 0 };

  const isBackingOff = ({ endsBackoff }: LoopWork) =>
    options.now() < backoff.until && !pending.reasons().some(endsBackoff);

  /** Until the backoff is over, or a trigger comes that ends it. */
  const backOff = async () => {
    const woken = new AbortController();
    const signal = AbortSignal.any([woken.signal, stopping.signal]);
    await Promise.race([pending.next(), options.sleep(backoff.until - options.now(), signal)]);
    woken.abort();
    if (options.now() >= backoff.until) pending.add('retry', undefined);
  };

  const settle = (result: PassResult) => {
    backoff.failures = result === 'failed' ? backoff.failures + 1 : 0;
    backoff.fences = result === 'fenced' ? backoff.fences + 1 : 0;
    const failedMs = growingMs(FAILED_BACKOFF, backoff.failures, options.random());
    backoff.until = result === 'failed' ? options.now() + failedMs : 0;
    if (result !== 'fenced') return;
    // A trigger of its own, beside which others run as usual.
    const fencedMs = growingMs(FENCED_BACKOFF, backoff.fences, options.random());
    void options.sleep(fencedMs, stopping.signal).then(() => pending.add('fenced', undefined));
  };

  return {
    trigger: (reason, eventAt) => pending.add(reason, eventAt),
    stop: () => {
      stopping.abort();
      pending.wake();
    },
    async run(work) {
      while (!stopping.signal.aborted) {
        if (isBackingOff(work)) await backOff();
        else if (pending.isEmpty()) await pending.next();
        else if (pace.waitMs() > 0) await options.sleep(pace.waitMs(), stopping.signal);
        else settle(await pace.measure(() => work.run(pending.take())));
      }
    },
  };
}

interface PendingTriggers {
  add(reason: TriggerReason, eventAt: number | undefined): void;
  wake(): void;
  isEmpty(): boolean;
  reasons(): readonly TriggerReason[];
  /** Resolves at the next trigger. */
  next(): Promise<void>;
  take(): PassCause;
}

function createPending(): PendingTriggers {
  let reasons = new Set<TriggerReason>();
  let oldestEventAt: number | null = null;
  let wake: () => void = () => undefined;
  return {
    add(reason, eventAt) {
      reasons.add(reason);
      if (eventAt !== undefined) oldestEventAt = Math.min(oldestEventAt ?? eventAt, eventAt);
      wake();
    },
    wake: () => wake(),
    isEmpty: () => reasons.size === 0,
    reasons: () => [...reasons],
    next: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    take() {
      const cause = { reasons, oldestEventAt };
      reasons = new Set();
      oldestEventAt = null;
      return cause;
    },
  };
}

/**
 * Keeps passes apart: by `minIntervalMs` from start to start, and by a pause after each in proportion to
 * the processor time that it used. Not to the time by the clock: in a storm the engine's answers take
 * long, and dead routes would stay as long again.
 */
function createPace({ now, processorMs, minIntervalMs }: LoopOptions) {
  let notBefore = Number.NEGATIVE_INFINITY;
  return {
    waitMs: () => Math.max(0, notBefore - now()),
    async measure<T>(pass: () => Promise<T>): Promise<T> {
      const startedAt = now();
      const before = processorMs();
      const result = await pass();
      const pauseMs = PAUSE_PER_PROCESSOR_TIME * (processorMs() - before);
      notBefore = Math.max(startedAt + minIntervalMs, now() + pauseMs);
      return result;
    },
  };
}
