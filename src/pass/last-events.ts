import type { Sessions } from '../clients/sessions.ts';
import { monotonic } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { ConfigError, ObserveError } from '../errors.ts';
import { AHEAD_ACTIONS, aheadOf } from '../model/ahead.ts';
import type { Ahead } from '../observe/containers/ahead.ts';

/** Of what is past, only a stop may still be going on. */
const FILTERS = {
  type: ['container'],
  event: AHEAD_ACTIONS.filter((action) => action !== 'create'),
};

/**
 * Asks the engine once for its last events: whoever was told to stop while nobody listened is not routed. An
 * engine that does not tell them costs time alone, and what else is wrong with it a pass meets and tells.
 */
export async function hearLastEvents(
  { docker, stoppingMs }: Pick<Config, 'docker' | 'stoppingMs'>,
  sessions: Sessions,
  ahead: Ahead,
): Promise<void> {
  if (!docker.events || stoppingMs === 0) return;
  try {
    const session = await sessions.current();
    const untilMs = session.timeAt(monotonic());
    if (untilMs === null) return;
    const span = { sinceMs: untilMs - stoppingMs, untilMs };
    for (const event of await session.lastEvents(FILTERS, span)) {
      const note = aheadOf(event);
      if (note !== null) ahead.heed(note);
    }
  } catch (error) {
    // Decided: see above. Each failed request is counted where it is made.
    if (!(error instanceof ObserveError || error instanceof ConfigError)) throw error;
  }
}
