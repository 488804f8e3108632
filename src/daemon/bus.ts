import { randomBytes } from 'node:crypto';
import { type Bus, openBus } from '../bus/bus.ts';
import { monotonic } from '../clock.ts';
import { startFeed } from '../trigger/feed.ts';
import type { Parts } from './parts.ts';

const BOOT_BYTES = 8;

/**
 * The controller's plugin bus.
 *
 * @returns null if it is switched off
 * @throws ConfigError if its port cannot be listened on
 */
export async function startPluginBus(parts: Parts): Promise<Bus | null> {
  const { config, version, wiring, metrics, log } = parts;
  if (!config.bus.enabled) return null;
  return openBus({
    config: config.bus,
    version,
    boot: randomBytes(BOOT_BYTES).toString('hex'),
    openEvents: config.docker.events
      ? async (signal) => (await wiring.sessions.current()).events({}, signal)
      : null,
    startFeed,
    onResult: metrics.busEvents,
    onSubscribers: (subscribers) => metrics.busSubscribers.set(subscribers),
    log,
    now: monotonic,
    wallClock: Date.now,
    random: Math.random,
  });
}
