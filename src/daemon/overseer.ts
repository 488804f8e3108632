import { monotonic, pause } from '../clock.ts';
import { ApplyError, ConfigError, ObserveError } from '../errors.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { createOverseer, type LookResult, type Overseer } from '../pass/overseer.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import { hearSwarm, SWARM_EVENT_FILTERS } from '../trigger/swarm-events.ts';
import type { Parts } from './parts.ts';

/** How often managers are asked while something changes, and for how long after it did. */
const BUSY_MS = 500;
const BUSY_FOR_MS = 10_000;
/** And else; also how often whoever was not elected asks again. */
const CALM_MS = 5_000;
/** How often an engine is asked whether it has become a manager. */
const WORKER_MS = 30_000;
/** Looks are never closer than this, however many events come. */
const LEAST_MS = 100;
/** Some looks may fail, or come late, before another controller does it. */
const LEASE_MS = 15_000;

/**
 * Lets this controller look at the swarm for all, where its engine is a manager and no other controller does it.
 *
 * @returns ends it
 */
export function startOverseer(parts: Parts): () => Promise<void> {
  const stopping = new AbortController();
  const ended = oversee(parts, stopping.signal);
  return async () => {
    stopping.abort();
    await ended;
  };
}

async function oversee(parts: Parts, signal: AbortSignal): Promise<void> {
  const failures = createFailureLog(
    parts.log,
    'Looking at the swarm failed',
    'The swarm is seen again',
  );
  const bell = createBell(parts);
  const look = createLook(parts);
  const pace = createPace();
  while (!signal.aborted) {
    let waitMs = CALM_MS;
    try {
      const rang = bell.rang();
      const found = await look.now();
      bell.listen(found === 'changed' || found === 'same');
      waitMs = pace.after(found, rang);
      failures.recovered();
    } catch (error) {
      if (!isExpected(error)) throw error;
      if (!signal.aborted) failures.failed(error);
    }
    await pause(LEAST_MS, signal);
    await pause(waitMs - LEAST_MS, AbortSignal.any([signal, bell.signal()]));
  }
  bell.listen(false);
  await look.leave();
}

/** Rings when something of the swarm changes, while it listens. */
function createBell({ wiring }: Parts) {
  let ringing = new AbortController();
  let end: (() => void) | null = null;
  const open = async (signal: AbortSignal) =>
    (await wiring.sessions.current()).events(SWARM_EVENT_FILTERS, signal);
  return {
    listen(isWanted: boolean) {
      if (!isWanted) end?.();
      end = isWanted ? (end ?? hearSwarm(open, Math.random, () => ringing.abort())) : null;
    },
    /** Whether it rang since it was asked last. */
    rang(): boolean {
      const { aborted } = ringing.signal;
      if (aborted) ringing = new AbortController();
      return aborted;
    },
    signal: () => ringing.signal,
  };
}

type TurnResult = LookResult | 'worker';

function createLook({ wiring, config, log }: Parts) {
  let overseer: Overseer | null = null;
  let isManager = false;
  return {
    async now(): Promise<TurnResult> {
      isManager ||= await wiring.docker.isManager();
      if (!isManager) return 'worker';
      overseer ??= createOverseer({
        ...{ redis: wiring.redis, keys: keysWithPrefix(config.redis.keyPrefix) },
        ...{ owner: await wiring.owner(), run: crypto.randomUUID(), leaseMs: LEASE_MS },
      });
      const found = await overseer.look(await wiring.sessions.current());
      isManager = found !== 'refused';
      return found;
    },
    /** Another controller need not wait for the lease. */
    async leave() {
      try {
        await overseer?.leave();
      } catch (error) {
        if (!isExpected(error)) throw error;
        log.debug(
          { reason: error.message },
          'Redis could not be told who looks at the swarm no more',
        );
      }
    },
  };
}

function createPace() {
  let busyUntil = 0;
  return {
    /** How long to wait now. */
    after(found: TurnResult, rang: boolean): number {
      if (found === 'worker' || found === 'refused') return WORKER_MS;
      if (found === 'another') return CALM_MS;
      if (found === 'changed' || rang) busyUntil = monotonic() + BUSY_FOR_MS;
      return monotonic() < busyUntil ? BUSY_MS : CALM_MS;
    },
  };
}

function isExpected(error: unknown): error is ObserveError | ApplyError | ConfigError {
  return (
    error instanceof ObserveError || error instanceof ApplyError || error instanceof ConfigError
  );
}
