import { monotonic } from '../clock.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { orderPrefixes, readOrdersText } from '../survey/orders.ts';
import { EVENT_FILTERS } from '../trigger/docker-event.ts';
import { startTriggers } from '../trigger/hub.ts';
import { changesNoRoute } from './changes-no-route.ts';
import type { Parts } from './parts.ts';

/**
 * Starts all sources of triggers.
 *
 * @param end called with what the daemon cannot go on with
 * @returns ends them
 */
export function startHub(parts: Parts, end: (error: Error) => void): () => void {
  const { config, wiring, observers, inputs } = parts;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const changes = wiring.redis.hear(orderPrefixes(keys, config.swarm));
  const openEvents = async (signal: AbortSignal) =>
    (await wiring.sessions.renew()).events(EVENT_FILTERS, signal);
  return startTriggers({
    inputs,
    openEvents: config.docker.events ? openEvents : null,
    onSignal: observers.onStreamSignal,
    onAhead: wiring.ahead.heed,
    // Whether its containers outlive it can change so, and nothing but this event tells.
    onReload: () => wiring.sessions.forget(),
    catchUp: wiring.hearLast,
    onFatal: end,
    onTrigger: (reason, eventAt) => {
      if (reason === 'restart') onRestart(parts);
      parts.trigger(reason, eventAt);
    },
    knock: (withinMs) => wiring.docker.knock(withinMs),
    keepsContainers: () => wiring.sessions.last()?.keepsContainers ?? true,
    ping: () => wiring.docker.ping(),
    readOrders: () => readOwnOrders(parts),
    mayOrdersHaveChanged: changes.take,
    resyncMs: config.resync.intervalMs,
    random: Math.random,
    now: monotonic,
    hasPromptList: () => wiring.sessions.last()?.hasPromptList ?? false,
    listMs: wiring.listMs,
    changesNoRoute: (id) => changesNoRoute(parts, id),
  });
}

/** What waits for the daemon that is gone would keep the pass waiting that holds its routes. */
function onRestart({ log, wiring }: Parts): void {
  log.warn('Docker is starting anew: until it lists its containers, their routes are held');
  wiring.abandonReads();
}

/**
 * Before the first good pass it is not known whose orders count, and that pass reads them by itself; so does the
 * first one after Redis was away.
 */
async function readOwnOrders({ config, status, wiring }: Parts): Promise<string | null> {
  const { lastGood, conditions } = status;
  if (lastGood === null || conditions.redis.up !== true) return null;
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const orders = await readOrdersText(wiring.redis, keys, lastGood.plan.owner);
  return config.swarm ? `${orders}\n${await wiring.tasks.text()}` : orders;
}
