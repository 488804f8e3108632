import { monotonic } from '../clock.ts';
import { ConfigError, ObserveError } from '../errors.ts';
import type { Beat } from '../model/beat.ts';
import { beatMsOf, lookMsOf } from '../model/lease.ts';
import { giveSign } from '../pass/heartbeat.ts';
import type { EndedPass } from '../reconcile.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Parts } from './parts.ts';

/** Signs of life that are given. */
export interface Heartbeat {
  /** The first good pass is followed by a sign at once, which tells of all others. */
  passEnded(ended: EndedPass): void;
  /** Ends it; what is under way goes on. */
  close(): void;
}

/**
 * Gives a sign of life each third of the lease, whether or not a pass runs or Docker answers: an engine that is away
 * ends no lease. It begins once an engine has said whose routes these are. Only by it others are heard of: what a pass
 * costs does not depend on how many they are.
 *
 * @param hearers called with what each sign came to
 */
export function startHeartbeat(
  parts: Parts,
  hearers: readonly ((beat: Beat) => void)[],
): Heartbeat {
  const { config, wiring, status, log } = parts;
  const failures = createFailureLog(log, 'Sign of life failed', 'Signs of life come through again');
  const looks = createLooks(config.leaseMs);
  const tell = (beat: Beat) => {
    for (const heard of hearers) heard(beat);
  };
  const give = async () => {
    try {
      const beat = await giveSign(wiring, config, looks.isDue());
      failures.recovered();
      if (beat === null) return;
      looks.note(beat);
      tell(beat);
    } catch (error) {
      if (!(error instanceof ObserveError || error instanceof ConfigError)) throw error;
      failures.failed(error);
    }
  };
  let isUnderWay = false;
  const beat = async () => {
    // While Redis is down that is told elsewhere; the pass that follows its return is a sign by itself.
    if (isUnderWay || status.conditions.redis.up !== true) return;
    isUnderWay = true;
    await give().finally(() => {
      isUnderWay = false;
    });
  };
  const timer = setInterval(() => void beat(), beatMsOf(config.leaseMs));
  let hasPassed = false;
  return {
    passEnded({ pass }) {
      if (hasPassed || pass === null) return;
      hasPassed = true;
      void beat();
    },
    close: () => clearInterval(timer),
  };
}

/** When to hear of all others: the more they are, the less often. */
function createLooks(leaseMs: number) {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let everyMs = 0;
  return {
    // A sign comes a little early or late.
    isDue: () => monotonic() - lookedAt >= everyMs - beatMsOf(leaseMs) / 2,
    note({ otherOwners }: Beat) {
      if (otherOwners === null) return;
      lookedAt = monotonic();
      everyMs = lookMsOf(leaseMs, otherOwners.length);
    },
  };
}

/** Others may have taken out what an owner had whose lease was over: a pass puts it back. */
export function comesBack({ trigger, log }: Parts): (beat: Beat) => void {
  let last: Beat['outcome'] | null = null;
  return ({ outcome }) => {
    const isNews = outcome !== last;
    last = outcome;
    if (outcome !== 'lapsed') return;
    if (isNews) {
      log.warn('The lease was over: a pass puts back what other hosts took out meanwhile');
    }
    trigger('lease');
  };
}
