import { httpStatusOf } from '../clients/docker-call.ts';
import type { Sessions } from '../clients/sessions.ts';
import { monotonic, pause } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { narrowInspection } from '../observe/containers/inspection.ts';
import { createInspections, type Inspections } from '../observe/containers/inspections.ts';
import { createLives, type Lives } from '../observe/containers/lives.ts';
import { narrowNetworks } from '../observe/containers/network-line.ts';
import {
  createNetworks,
  type NetworkBarriers,
  type Networks,
} from '../observe/containers/networks.ts';
import { createStops, type Stops } from '../observe/containers/stops.ts';
import type { WiringHandlers } from './clients.ts';

/** What is known of an engine beside its list. */
interface EngineKnowledge {
  readonly inspections: Inspections;
  readonly networks: Networks;
  readonly stops: Stops;
  readonly lives: Lives;
}

/** What is asked of an engine beside its list, and kept: nothing of it is asked before a pass needs it. */
export function knowledgeOf(
  sessions: Sessions,
  { onLateInspection: onLate, onNetworksDenied: onDenied }: WiringHandlers,
  { signal, config }: { readonly signal: AbortSignal; readonly config: Config },
): EngineKnowledge {
  const longestRetryMs = config.resync.intervalMs;
  const inspections = createInspections({
    inspect: async (id) => {
      const session = await sessions.current();
      const { apiVersion, probesAsDocker } = session;
      const dockerApi = probesAsDocker ? apiVersion : null;
      return session.inspect(id, (reply) => narrowInspection(reply, dockerApi));
    },
    now: monotonic,
    sleep: (ms) => pause(ms, signal),
    onLate,
    longestRetryMs,
  });
  const read = () => readNetworks(sessions);
  const networks = createNetworks({ read, now: monotonic, onLate, onDenied, longestRetryMs });
  const engineNow = () => sessions.last()?.timeAt(monotonic()) ?? null;
  const clock = { now: monotonic, engineNow };
  const stops = createStops({
    state: inspections.state,
    confirm: inspections.confirm,
    stoppingMs: config.stoppingMs,
    ...clock,
  });
  return { inspections, networks, stops, lives: createLives(clock) };
}

/** A proxy before the engine may be older than this question; nothing else of the pass depends on it. */
async function readNetworks(sessions: Sessions): Promise<NetworkBarriers | 'denied'> {
  try {
    return await (await sessions.current()).networks(narrowNetworks);
  } catch (error) {
    if (httpStatusOf(error) === 403) return 'denied';
    throw error;
  }
}
