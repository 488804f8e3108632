import { monotonic, pause } from '../clock.ts';
import { ApplyError, ConfigError, ObserveError } from '../errors.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { createOverseer, type Overseer } from '../pass/overseer.ts';
import {
  createPace,
  LOOKED,
  OVERSEER_LEASE_MS,
  STAY_MS,
  type Turn,
} from '../pass/overseer-pace.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import { hearSwarm, SWARM_EVENT_FILTERS } from '../trigger/swarm-events.ts';
import type { Parts } from './parts.ts';

/** Looks are never closer than this, however many events come. */
const LEAST_MS = 100;

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
  const pace = createPace(monotonic);
  const turn = async (): Promise<Turn> => {
    try {
      const found = await look.now();
      failures.recovered();
      return found;
    } catch (error) {
      if (!isExpected(error)) throw error;
      if (!signal.aborted) failures.failed(error);
      return 'failed';
    }
  };
  while (!signal.aborted) {
    const rang = bell.rang();
    const found = await turn();
    bell.heed(found);
    const waitMs = pace.waitMs(found, rang);
    await pause(LEAST_MS, signal);
    const wake = AbortSignal.any([signal, bell.signal()]);
    await (LOOKED.has(found)
      ? rest(waitMs - LEAST_MS, wake, look)
      : pause(waitMs - LEAST_MS, wake));
  }
  bell.close();
  await look.leave();
}

/** Waits for the next look, and is the one that looks meanwhile; where it is that no more, a look is due at once. */
async function rest(
  waitMs: number,
  signal: AbortSignal,
  { stay }: Pick<ReturnType<typeof createLook>, 'stay'>,
): Promise<void> {
  for (let leftMs = waitMs; ; ) {
    const began = monotonic();
    await pause(Math.min(leftMs, STAY_MS), signal);
    if (leftMs <= STAY_MS || signal.aborted || !(await stay())) return;
    leftMs -= monotonic() - began;
  }
}

/** Rings when something of the swarm changes, while it listens. */
function createBell({ wiring }: Parts) {
  let ringing = new AbortController();
  let end: (() => void) | null = null;
  const open = async (signal: AbortSignal) =>
    (await wiring.sessions.current()).events(SWARM_EVENT_FILTERS, signal);
  return {
    /** Listens while this controller is the one that looks. One look that failed says nothing of that. */
    heed(turn: Turn) {
      if (turn === 'failed') return;
      const isWanted = LOOKED.has(turn);
      if (!isWanted) end?.();
      end = isWanted ? (end ?? hearSwarm(open, Math.random, () => ringing.abort())) : null;
    },
    close: () => end?.(),
    /** Whether it rang since it was asked last. */
    rang(): boolean {
      const { aborted } = ringing.signal;
      if (aborted) ringing = new AbortController();
      return aborted;
    },
    signal: () => ringing.signal,
  };
}

function createLook({ wiring, config, log }: Parts) {
  let overseer: Overseer | null = null;
  let isManager = false;
  return {
    async now(): Promise<Turn> {
      isManager ||= await wiring.docker.isManager();
      if (!isManager) return 'worker';
      overseer ??= createOverseer({
        ...{ redis: wiring.redis, keys: keysWithPrefix(config.redis.keyPrefix) },
        ...{ owner: await wiring.owner(), run: crypto.randomUUID(), leaseMs: OVERSEER_LEASE_MS },
      });
      const found = await overseer.look(await wiring.sessions.current());
      isManager = found !== 'refused';
      return found;
    },
    /** Whether it is still the one that looks. What cannot be asked is told by the look that follows. */
    async stay(): Promise<boolean> {
      try {
        return (await overseer?.stay()) === true;
      } catch (error) {
        if (!isExpected(error)) throw error;
        return false;
      }
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

function isExpected(error: unknown): error is ObserveError | ApplyError | ConfigError {
  return (
    error instanceof ObserveError || error instanceof ApplyError || error instanceof ConfigError
  );
}
