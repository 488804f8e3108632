import type { Logger } from 'pino';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { ApplyError, type ErrorCode, ObserveError } from '../errors.ts';
import type { LoopWork, PassCause } from '../loop.ts';
import type { PassResult, TriggerReason } from '../model/trigger.ts';
import type { Workload } from '../model/workload.ts';
import type { Wiring } from '../pass/clients.ts';
import type { StageMode } from '../pass/stage-mode.ts';
import { type EndedPass, type Pass, reconcile, type Stages } from '../reconcile.ts';
import { createPassReporter } from '../report/report-pass.ts';
import type { Status } from '../report/status.ts';
import type { Warnings } from '../report/warnings.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createNextPasses } from './next-passes.ts';

/** What the runner works on and tells to. */
export interface PassRunnerOptions {
  readonly wiring: Wiring;
  readonly config: Config;
  readonly status: Status;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** A pass will be worth while at that time, whatever happens meanwhile. */
  readonly later: (reason: TriggerReason, delayMs: number) => void;
  readonly onDockerFailure: (error: ObserveError | ApplyError) => void;
  /** The timer alone found what an event should have told. */
  readonly onMissedEvent: () => void;
  readonly warnings: Warnings;
}

/** Runs passes for the loop, and tells status, metrics and log how they went. */
export interface PassRunner extends LoopWork {
  /** @throws Error that cannot be expected of Docker or Redis: a bad configuration, or a fault of ours */
  run(cause: PassCause): Promise<PassResult>;
  /** Tells of every pass that ends from now on. The listener must not throw, and must not take long. */
  listen(listener: (ended: EndedPass) => void): void;
}

/** A pass waits this long for inspections under way; what is late is unknown for now. */
const INSPECTION_PATIENCE_MS = 250;

/** One that works answers at once, and one that restores its containers not for long. */
const KNOCK_MS = 50;

/** The only triggers that the loop makes by itself; all others are counted where they come from. */
const OF_THE_LOOP: readonly TriggerReason[] = ['retry', 'fenced'];

/** A runner that has not run yet. */
export function createPassRunner(options: PassRunnerOptions): PassRunner {
  const reporter = createPassReporter({ ...options, now: monotonic });
  const attempt = passOf(options);
  let lastFailure: ErrorCode | null = null;
  let last: Pass | null = null;
  const ends = createEnds(options.metrics);
  const askForMore = createNextPasses(options);
  const fail = (error: unknown, { reasons }: PassCause): PassResult => {
    options.status.passEnds({ error }, reasons);
    if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
    lastFailure = error.code;
    // Cancelled because the controller stops: nothing is wrong.
    if (error.code === 'docker-cancelled') return 'failed';
    reporter.failed(error);
    if (error.code.startsWith('docker-')) options.onDockerFailure(error);
    return 'failed';
  };

  const succeed = (pass: Pass, cause: PassCause): PassResult => {
    options.status.passEnds({ pass }, cause.reasons);
    lastFailure = null;
    reporter.succeeded(pass, cause);
    if (last !== null && wasMissed(pass, last, cause)) options.onMissedEvent();
    last = pass;
    askForMore(pass);
    return pass.result;
  };

  return {
    endsBackoff: (reason) => provesRecovery(reason, lastFailure),
    listen: ends.listen,
    async run(cause) {
      const startedAt = monotonic();
      const before = last;
      begin(options, cause);
      const result = await attempt(cause).then(
        (pass) => succeed(pass, cause),
        (error: unknown) => fail(error, cause),
      );
      const durationMs = monotonic() - startedAt;
      const pass = last === before ? null : last;
      ends.tell({ result, durationMs, reasons: cause.reasons, pass, before }, lastFailure);
      return result;
    },
  };
}

function begin({ status, metrics }: PassRunnerOptions, { reasons }: PassCause): void {
  status.passBegins();
  for (const reason of OF_THE_LOOP) if (reasons.has(reason)) metrics.triggers(reason);
}

/** Tells of passes that have ended. */
function createEnds(metrics: Metrics) {
  const listeners: ((ended: EndedPass) => void)[] = [];
  return {
    listen: (listener: (ended: EndedPass) => void) => void listeners.push(listener),
    tell(ended: EndedPass, failure: ErrorCode | null) {
      metrics.reconcile(ended.result);
      metrics.reconcileDuration.observe(ended.durationMs / 1_000);
      // Nothing failed: the controller stops.
      if (failure === 'docker-cancelled') return;
      for (const listener of listeners) listener(ended);
    },
  };
}

/** No failure says anything of these. */
const ALWAYS_COUNT: ReadonlySet<TriggerReason> = new Set([
  ...(['signal', 'api', 'start', 'restart'] as const),
]);

/** A person's word always counts, and so does a daemon that starts; of the rest, what comes from the side that failed. */
function provesRecovery(reason: TriggerReason, failure: ErrorCode | null): boolean {
  if (ALWAYS_COUNT.has(reason)) return true;
  const isDocker = failure?.startsWith('docker-') ?? false;
  const isOfDocker = reason === 'docker' || reason === 'stream' || reason === 'event';
  return isDocker ? isOfDocker : reason === 'redis' || reason === 'lease';
}

/** The stages are made once, and by a pass: the engine has to say first whose routes these are. */
function passOf({ wiring, config }: PassRunnerOptions): (cause: PassCause) => Promise<Pass> {
  const stages = new Map<StageMode['wants'], Stages>();
  const runPass = async (wants: 'all' | 'held') => {
    const signal = wiring.readsSignal();
    const { holdMs } = config;
    const patienceMs = INSPECTION_PATIENCE_MS;
    const made =
      stages.get(wants) ??
      (await wiring.stages({ access: 'write', wants, patienceMs, holdMs, hasHeartbeat: true }));
    stages.set(wants, made);
    return reconcile(made.looks ? unlessAborted(made, signal) : made);
  };
  /** An engine is gone, until its routes are held or the next one has answered. */
  let isGone = false;
  return async ({ reasons }) => {
    isGone ||= reasons.has('restart');
    const pass = await runPass(isGone && (await isSilent(wiring)) ? 'held' : 'all');
    // Another controller of that engine, which came between, may have looked at it before it was gone.
    isGone &&= pass.result === 'fenced';
    return pass;
  };
}

/**
 * A pass that had come no further than Redis when an engine was found starting asks that one for nothing: it would wait
 * for it, and the pass that holds its routes would wait for both.
 */
function unlessAborted(stages: Stages, signal: AbortSignal): Stages {
  return {
    ...stages,
    observe: async (isRouted) => {
      if (!signal.aborted) return stages.observe(isRouted);
      throw new ObserveError('docker-cancelled', 'Docker: list of containers: cancelled');
    },
  };
}

/**
 * An engine may have answered since it was missed, where a pass could not begin at once: Redis was away, too.
 *
 * @throws ObserveError if the question was called off, as the controller stops or another engine was found starting: it
 *   says nothing of the engine, and the trigger that follows the latter asks anew
 */
async function isSilent({ sessions, docker }: Wiring): Promise<boolean> {
  if (sessions.isOpen()) return false;
  const presence = await docker.knock(KNOCK_MS);
  if (presence === 'cancelled') {
    throw new ObserveError('docker-cancelled', 'Docker: ping: cancelled');
  }
  return presence !== 'answers';
}

function wasMissed(pass: Pass, last: Pass, { reasons }: PassCause): boolean {
  const isByTimer = reasons.size === 1 && reasons.has('resync');
  return isByTimer && pass.plan.changes.length > 0 && !areSame(pass.workloads, last.workloads);
}

/** By identity, which a workload keeps while nothing of it changes; one that is unknown is another each time. */
function areSame(some: readonly Workload[], others: readonly Workload[]): boolean {
  if (some === others) return true;
  const isSame = (one: Workload, index: number) => {
    const other = others[index];
    const areUnknown = one.kind === 'unknown' && other?.kind === 'unknown';
    return one === other || (areUnknown && one.id === other.id);
  };
  return some.length === others.length && some.every(isSame);
}
