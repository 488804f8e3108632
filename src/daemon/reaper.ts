import { monotonic } from '../clock.ts';
import { ApplyError, ObserveError } from '../errors.ts';
import type { Beat } from '../model/beat.ts';
import type { Owner } from '../model/ids.ts';
import { beatMsOf, LEASE_STATES, leaseState, patienceMsOf } from '../model/lease.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import { isOver, UNWATCHED, watchOwners } from '../model/watch.ts';
import { createReap, type LapsedMemory, type Reap, type Reaped } from '../pass/reap.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Parts } from './parts.ts';

/** Two signs may be so much further apart than one: the time of a command, and of a machine that is busy. */
const USUAL_GAPS = 1.5;

/**
 * Looks at all other owners with signs of life of ours, and takes out what those have whose leases are over, as far
 * as nobody has done it. Whoever gives no sign by itself reaps nobody.
 */
export function startReaper(parts: Parts): (beat: Beat) => void {
  const { config, wiring, metrics, log } = parts;
  const usualGapMs = USUAL_GAPS * beatMsOf(config.leaseMs);
  const failures = createFailureLog(log, 'Reaping failed', 'Reaping goes on again');
  const known = createKnown(parts);
  let watch = UNWATCHED;
  let reap: Reap | null = null;
  let isAtWork = false;
  const work = async (over: readonly OwnerSeen[]) => {
    isAtWork = true;
    try {
      reap ??= createReap(wiring.redis, config, await wiring.owner());
      await lookAtAll(reap, over);
      failures.recovered();
    } catch (error) {
      if (!(error instanceof ObserveError || error instanceof ApplyError)) throw error;
      failures.failed(error);
    } finally {
      isAtWork = false;
    }
  };
  const lookAtAll = async (by: Reap, over: readonly OwnerSeen[]) => {
    let refused: Error | null = null;
    for (const seen of over) {
      try {
        known.note(seen, await by.look(seen, known.memoryOf(seen.owner), monotonic()));
      } catch (error) {
        // What Redis refuses of one owner keeps no other there.
        if (!isRefusal(error)) throw error;
        refused ??= error;
      }
    }
    if (refused !== null) throw refused;
  };
  return ({ outcome, clock, otherOwners }) => {
    watch = watchOwners(watch, { otherOwners, clock, now: monotonic(), usualGapMs });
    if (otherOwners === null) return;
    const over = otherOwners.filter((seen) => isOver(watch, seen, clock.now));
    known.retain(over);
    countOwners(metrics, otherOwners, clock.now, patienceMsOf(config.resync.intervalMs));
    if (!config.reap.enabled || outcome !== 'renewed' || isAtWork || over.length === 0) return;
    void work(over);
  };
}

/** Redis is there, and says no. */
function isRefusal(error: unknown): error is ObserveError | ApplyError {
  const isOurs = error instanceof ObserveError || error instanceof ApplyError;
  return isOurs && /^redis-(?:refused|malformed)$/.test(error.code);
}

function countOwners(
  metrics: Metrics,
  owners: readonly OwnerSeen[],
  now: number,
  patienceMs: number,
): void {
  const states = owners.map((seen) => leaseState(seen, now, patienceMs));
  for (const state of LEASE_STATES) {
    metrics.owners(state, states.filter((one) => one === state).length);
  }
}

/** What is remembered of lapsed owners, and told once of each. */
function createKnown({ log, metrics }: Parts) {
  const memories = new Map<Owner, LapsedMemory>();
  const faulty = new Map<Owner, ReadonlySet<string>>();
  return {
    memoryOf: (owner: Owner) => memories.get(owner) ?? null,
    retain(over: readonly OwnerSeen[]) {
      const owners = new Set(over.map(({ owner }) => owner));
      for (const owner of memories.keys()) if (!owners.has(owner)) memories.delete(owner);
      for (const owner of faulty.keys()) if (!owners.has(owner)) faulty.delete(owner);
    },
    note({ owner, engine }: OwnerSeen, { state, memory, reaped, last, putOff, faults }: Reaped) {
      if (state !== 'lapsed') return void memories.delete(owner);
      const isNews = !memories.has(owner);
      const wasRefusing = memories.get(owner)?.refusingSince ?? null;
      memories.set(owner, memory);
      const told = { owner, engine, last };
      if (isNews) log.warn(told, 'A host gives no sign of life: its lease is over');
      const newFaults = faults.filter(({ key }) => faulty.get(owner)?.has(key) !== true);
      faulty.set(owner, new Set(faults.map(({ key }) => key)));
      if (newFaults.length > 0) {
        log.warn({ ...told, faults: newFaults }, 'Backends of a lapsed host are left alone');
      }
      if (putOff > 0 && wasRefusing === null) {
        log.warn({ ...told, putOff }, 'Reaping is put off: it removes too much at once');
      }
      if (reaped.length > 0) {
        metrics.reaped.inc(reaped.length);
        log.warn({ ...told, reaped: reaped.length }, 'Backends of a lapsed host were taken out');
      }
    },
  };
}
