import type { Logger } from 'pino';
import type { Config } from './config/config.ts';
import { nextHoldEnd } from './diff/hold-end.ts';
import { renderChange } from './diff/render.ts';
import { ApplyError, type ErrorCode, ObserveError } from './errors.ts';
import type { PassCause } from './loop.ts';
import type { Change } from './model/plan.ts';
import type { PassResult, TriggerReason } from './model/trigger.ts';
import { type Pass, reconcile, type Stages } from './reconcile.ts';
import type { Status } from './status.ts';
import { createFailureLog } from './telemetry/failure-log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { createPassRecorder } from './telemetry/record-pass.ts';
import type { Warnings } from './telemetry/warnings.ts';
import { monotonic, type Wiring } from './wiring.ts';

/** What the runner works on and tells to. */
export interface PassRunnerOptions {
  readonly wiring: Wiring;
  readonly config: Config;
  readonly status: Status;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** A pass will be worth while at that time, whatever happens meanwhile. */
  readonly later: (reason: TriggerReason, delayMs: number) => void;
  readonly onDockerFailure: (error: Error) => void;
  readonly warnings: Warnings;
}

/** Runs passes for the loop, and tells status, metrics and log how they went. */
export interface PassRunner {
  /** @throws Error only what is no expected failure of Docker or Redis: a bad configuration, or a fault of ours */
  run(cause: PassCause): Promise<PassResult>;
  /** Why the last pass failed; null if it did not. */
  lastFailure(): ErrorCode | null;
}

/** A pass waits this long for inspections under way; what is late is unknown for now. */
const INSPECTION_PATIENCE_MS = 250;
/** Timers and Redis' clock need not agree to the millisecond. */
const HOLD_MARGIN_MS = 20;

const LOGGED_CHANGES = 100;
const FENCED = new ApplyError('redis-refused', 'another controller of this owner is at work too');

/** Makes the runner; the stages are made at the first pass, when the engine has said whose routes these are. */
export function createPassRunner(options: PassRunnerOptions): PassRunner {
  const { wiring, status, metrics } = options;
  const reporter = createReporter(options);
  let stages: Stages | null = null;
  let lastFailure: ErrorCode | null = null;

  const attempt = async (): Promise<Pass> => {
    stages ??= await wiring.stages({
      access: 'write',
      patienceMs: INSPECTION_PATIENCE_MS,
      holdMs: options.config.holdMs,
    });
    return reconcile(stages);
  };

  const fail = (error: unknown, { reasons }: PassCause): PassResult => {
    status.passEnds({ error }, reasons);
    if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
    lastFailure = error.code;
    reporter.failed(error);
    return 'failed';
  };

  const succeed = (pass: Pass, cause: PassCause): PassResult => {
    status.passEnds({ pass }, cause.reasons);
    lastFailure = null;
    reporter.succeeded(pass, cause);
    scheduleNext(pass, options.config, options.later);
    return pass.result;
  };

  return {
    lastFailure: () => lastFailure,
    async run(cause) {
      const startedAt = monotonic();
      status.passBegins();
      for (const reason of cause.reasons) metrics.triggers(reason);
      const result = await attempt().then(
        (pass) => succeed(pass, cause),
        (error: unknown) => fail(error, cause),
      );
      metrics.reconcile(result);
      metrics.reconcileDuration.observe((monotonic() - startedAt) / 1_000);
      return result;
    },
  };
}

/** Tells metrics and log how passes went. */
function createReporter({ metrics, log, onDockerFailure, warnings }: PassRunnerOptions) {
  const failures = createFailureLog(log, 'Pass failed', 'Pass succeeds again');
  const fences = createFailureLog(log, 'Pass fenced', 'Passes are no longer fenced');
  const recorder = createPassRecorder(metrics);
  return {
    failed(error: ObserveError | ApplyError) {
      failures.failed(error);
      if (error.code.startsWith('docker-')) onDockerFailure(error);
    },
    succeeded(pass: Pass, { reasons, oldestEventAt }: PassCause) {
      failures.recovered();
      if (pass.result === 'fenced') fences.failed(FENCED);
      else fences.recovered();
      metrics.lastSuccess.set(Date.now() / 1_000);
      recorder.record(pass, oldestEventAt === null ? null : monotonic() - oldestEventAt);
      warnings.onPass(pass);
      logPass(log, pass, reasons);
    },
  };
}

function logPass(log: Logger, pass: Pass, reasons: ReadonlySet<TriggerReason>): void {
  const { plan, putOff } = pass.decision;
  const { epoch } = plan;
  if (pass.result !== 'fenced' && plan.changes.length > 0) {
    const told = { pass: epoch, reasons: [...reasons], total: plan.changes.length };
    log.info({ ...told, changes: firstOf(plan.changes) }, 'Plan applied');
  }
  if (putOff.length > 0) {
    const message = 'Plan refused: it removes too much at once; put off until confirmed';
    log.warn({ pass: epoch, total: putOff.length, putOff: firstOf(putOff) }, message);
  }
}

/** A line for people does not need ten thousand changes; the API has them all. */
function firstOf(changes: readonly Change[]): readonly string[] {
  return changes.slice(0, LOGGED_CHANGES).map(renderChange);
}

/** Two things end by time alone: a guard's refusal, and a hold. */
function scheduleNext(pass: Pass, config: Config, later: PassRunnerOptions['later']): void {
  const { refusingSince } = pass.decision.state;
  if (pass.decision.putOff.length > 0 && refusingSince !== null) {
    later('guard', refusingSince + config.guard.confirmAfterMs - monotonic());
  }
  const { frontends: desired } = pass.desired;
  const { owner } = pass.plan;
  const hold = { frontends: pass.after, desired, owner, holdMs: config.holdMs };
  const end = nextHoldEnd(hold);
  if (end !== null) later('hold', end - pass.opening.now + HOLD_MARGIN_MS);
}
