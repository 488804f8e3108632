import { ApplyError, ObserveError } from '../errors.ts';
import { FAILED_BACKOFF } from '../loop.ts';
import { growingMs } from '../model/growing-pause.ts';
import { saysWhatIsThere, upkeepOf } from '../pass/upkeep.ts';
import type { EndedPass, Pass } from '../reconcile.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Parts } from './parts.ts';

/**
 * Lets the upkeep follow the passes, one at a time and the newest alone; no pass waits for it. Where it failed a pass is
 * asked for, after the pauses that follow a failed pass: it would be left undone until something happens.
 *
 * @returns what is to be told of every pass that ends
 */
export function startUpkeep({ wiring, config, log, loop }: Parts): (ended: EndedPass) => void {
  const upkeep = upkeepOf(wiring, config, (vhosts) =>
    log.info({ vhosts }, 'Backends on other nodes were taken out, as newer tasks are here'),
  );
  const retries = createRetries(() => loop.trigger('retry'));
  const failures = createFailureLog(log, 'Upkeep failed', 'Upkeep is done again');
  let newest: Pass | null = null;
  let isAtWork = false;
  const work = async () => {
    isAtWork = true;
    for (let pass = newest; pass !== null; pass = newest) {
      newest = null;
      try {
        await upkeep.after(pass);
        failures.recovered();
        retries.end();
      } catch (error) {
        if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
        failures.failed(error);
        retries.failed();
      }
    }
    isAtWork = false;
  };
  return ({ pass, reasons }) => {
    if (reasons.has('resync') || reasons.has('redis')) upkeep.doubt();
    if (reasons.has('redis')) wiring.tasks.forgetTimes();
    if (pass === null || !saysWhatIsThere(pass)) return;
    newest = pass;
    if (!isAtWork) void work();
  };
}

/** One at a time, the later the more often it failed. */
function createRetries(retry: () => void) {
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    failed() {
      failures += 1;
      clearTimeout(timer);
      timer = setTimeout(retry, growingMs(FAILED_BACKOFF, failures, Math.random())).unref();
    },
    end() {
      failures = 0;
      clearTimeout(timer);
    },
  };
}
