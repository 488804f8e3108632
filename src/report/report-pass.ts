import type { Logger } from 'pino';
import { renderChange } from '../diff/render.ts';
import { ApplyError } from '../errors.ts';
import type { PassCause } from '../loop.ts';
import type { Change } from '../model/plan.ts';
import type { Pass } from '../reconcile.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { logChanges } from './change-log.ts';
import { createPassRecorder } from './record-pass.ts';
import type { Warnings } from './warnings.ts';

/** Where it is told how passes went. */
export interface ReporterTargets {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly warnings: Warnings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Tells metrics and log how passes went. */
export interface PassReporter {
  failed(error: Error): void;
  succeeded(pass: Pass, cause: PassCause): void;
}

const LOGGED_CHANGES = 100;
const FENCED = new ApplyError('redis-refused', 'another controller of this owner is at work too');

/** Each change is logged when it is applied; what lasts (a failure, a fence, a refusal) when it begins and ends. */
export function createPassReporter({ metrics, log, warnings, now }: ReporterTargets): PassReporter {
  const failures = createFailureLog(log, 'Pass failed', 'Pass succeeds again');
  const fences = createFailureLog(log, 'Pass fenced', 'Passes are no longer fenced');
  const recorder = createPassRecorder(metrics);
  let refusingSince: number | null = null;
  let before: Pass | null = null;
  return {
    failed: failures.failed,
    succeeded(pass, cause) {
      failures.recovered();
      if (pass.result === 'fenced') fences.failed(FENCED);
      else fences.recovered();
      metrics.lastSuccess.set(Date.now() / 1_000);
      const { oldestEventAt } = cause;
      recorder.record(pass, oldestEventAt === null ? null : now() - oldestEventAt);
      warnings.onPass(pass);
      logChanges(log, { pass, before, reasons: cause.reasons });
      before = pass;
      const { putOff, state } = pass.decision;
      if (putOff.length > 0 && state.refusingSince !== refusingSince) logRefused(log, pass);
      refusingSince = state.refusingSince;
    },
  };
}

function logRefused(log: Logger, { decision: { plan, putOff } }: Pass): void {
  const told = { pass: plan.epoch, total: putOff.length, putOff: firstOf(putOff) };
  log.warn(told, 'Plan refused: it removes too much at once; put off until confirmed');
}

/** A line for people does not need ten thousand changes; `GET /api/v1/plan` has them all. */
function firstOf(changes: readonly Change[]): readonly string[] {
  return changes.slice(0, LOGGED_CHANGES).map(renderChange);
}
