import { monotonic } from '../clock.ts';
import { ApplyError, ObserveError } from '../errors.ts';
import { keysWithPrefix } from '../model/keys.ts';
import type { TriggerReason } from '../model/trigger.ts';
import { createTakeBack } from '../pass/take-back.ts';
import type { EndedPass, Pass } from '../reconcile.ts';
import { findStrays } from '../survey/strays.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Parts } from './parts.ts';

/** At most a tenth of the time is spent on it. */
const PAUSE_FACTOR = 10;
/** When claims may have been lost, and now and again. */
const REASONS: readonly TriggerReason[] = ['start', 'redis', 'resync'];

/**
 * Looks through Redis, beside the passes, for backends whose claim was lost and whose address another container has
 * now. Those that this owner wrote it takes back; of the others status and metric tell.
 *
 * @returns what is to be told of every pass that ends
 */
export function startSweep({
  config,
  wiring,
  status,
  metrics,
  log,
}: Parts): (ended: EndedPass) => void {
  const { redis } = wiring;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const failures = createFailureLog(log, 'Sweep failed', 'Sweep is done again');
  const takeBack = createTakeBack(redis, keys);
  const mayTake = config.policy === 'sync';
  const sweep = async ({ plan: { owner }, workloads, desired: { verdicts } }: Pass) => {
    const { own, others } = await findStrays(redis, keys, { owner, workloads, verdicts });
    for (const stray of mayTake ? own : []) {
      await takeBack(stray, owner);
      log.warn(stray, 'Backend whose claim was lost led to another container: taken back');
    }
    status.strays = mayTake ? others : [...own, ...others];
    metrics.strays.set(status.strays.length);
  };
  let notBefore = 0;
  let isAtWork = false;
  const work = async (pass: Pass) => {
    isAtWork = true;
    const startedAt = monotonic();
    try {
      await sweep(pass);
      failures.recovered();
    } catch (error) {
      if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
      failures.failed(error);
    }
    notBefore = monotonic() + PAUSE_FACTOR * (monotonic() - startedAt);
    isAtWork = false;
  };
  return ({ pass, reasons }) => {
    if (pass === null || pass.result === 'fenced' || isAtWork || monotonic() < notBefore) return;
    if (REASONS.some((reason) => reasons.has(reason))) void work(pass);
  };
}
