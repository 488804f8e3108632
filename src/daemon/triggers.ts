import { monotonic } from '../clock.ts';
import { ConfigError } from '../errors.ts';
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
  let eventAt: number | null = null;
  return startTriggers({
    inputs,
    openEvents: config.docker.events ? openEvents : null,
    onSignal: (signal) => {
      observers.onStreamSignal(signal);
      if (signal.kind === 'event') {
        if (signal.created !== null) wiring.inspections.foresee(signal.created);
        if (signal.action !== 'create') eventAt ??= monotonic();
      }
      if (signal.kind === 'down' && signal.error instanceof ConfigError) end(signal.error);
    },
    onTrigger: (reason) => {
      trigger(reason, reason === 'event' ? (eventAt ?? monotonic()) : undefined);
      if (reason === 'event') eventAt = null;
    },
    ping: () => wiring.docker.ping(),
    resyncMs: config.resync.intervalMs,
    random: Math.random,
  });
}
