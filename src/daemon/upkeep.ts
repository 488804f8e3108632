import { ApplyError, ObserveError } from '../errors.ts';
import { upkeepOf } from '../pass/upkeep.ts';
import type { EndedPass, Pass } from '../reconcile.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Parts } from './parts.ts';

/**
 * Lets the upkeep follow the passes, one at a time and the newest alone; no pass waits for it.
 *
 * @returns what is to be told of every pass that ends
 */
export function startUpkeep({ wiring, config, log }: Parts): (ended: EndedPass) => void {
  const upkeep = upkeepOf(wiring, config);
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
      } catch (error) {
        if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
        failures.failed(error);
      }
    }
    isAtWork = false;
  };
  return ({ pass, reasons }) => {
    if (reasons.has('resync') || reasons.has('redis')) upkeep.doubt();
    if (reasons.has('redis')) wiring.tasks.forgetTimes();
    if (pass === null) return;
    newest = pass;
    if (!isAtWork) void work();
  };
}
