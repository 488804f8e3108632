import { monotonic } from '../clock.ts';
import { EVENT_FILTERS } from '../trigger/docker-event.ts';
import { startTriggers } from '../trigger/hub.ts';
import type { Parts } from './parts.ts';

/**
 * Starts all sources of triggers.
 *
 * @param end called with what the daemon cannot go on with
 * @returns ends them
 */
export function startHub(
  { config, wiring, observers, inputs, trigger }: Parts,
  end: (error: Error) => void,
): () => void {
  const openEvents = async (signal: AbortSignal) =>
    (await wiring.sessions.renew()).events(EVENT_FILTERS, signal);
  return startTriggers({
    inputs,
    openEvents: config.docker.events ? openEvents : null,
    onSignal: observers.onStreamSignal,
    onAhead: wiring.ahead.heed,
    catchUp: wiring.hearLast,
    onFatal: end,
    onTrigger: trigger,
    ping: () => wiring.docker.ping(),
    resyncMs: config.resync.intervalMs,
    random: Math.random,
    now: monotonic,
  });
}
