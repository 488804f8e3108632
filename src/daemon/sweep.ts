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
const RETRY_MS = 1_000;
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
  loop,
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
      // Where it was the last one, the host is held as long as somebody asks for it.
      loop.trigger('retry');
    }
    status.strays = mayTake ? others : [...own, ...others];
    metrics.strays.set(status.strays.length);
  };
  let notBefore = 0;
  let isAtWork = false;
  let isDue = false;
  const work = async (pass: Pass) => {
    isAtWork = true;
    isDue = false;
    const startedAt = monotonic();
    try {
      await sweep(pass);
      failures.recovered();
      notBefore = monotonic() + PAUSE_FACTOR * (monotonic() - startedAt);
    } catch (error) {
      if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
      failures.failed(error);
      isDue = true;
      // However long it took, it waited for most of that.
      notBefore = monotonic() + RETRY_MS;
    }
    isAtWork = false;
  };
  return ({ pass, reasons }) => {
    // The pass that a reason led to may fail: then it is the next good one's.
    isDue ||= REASONS.some((reason) => reasons.has(reason));
    if (!isDue || pass === null || pass.result === 'fenced') return;
    if (!isAtWork && monotonic() >= notBefore) void work(pass);
  };
}
