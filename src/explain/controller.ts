import { isLive } from '../model/lease.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import { RELEASED_ENGINE } from '../model/released-engine.ts';
import { type Facts, redisOf, runningOf } from './facts.ts';

/** Whether the controller of our routes is at work. */
export interface ControllerView {
  /** Whose routes are ours; null: not known, as no engine tells. */
  readonly owner: string | null;
  /** Since its last pass; null: it never passed, or Redis could not be read. */
  readonly lastPassAgoMs: number | null;
  /** Its last pass is no longer ago than its lease; null: not known. */
  readonly alive: boolean | null;
  /**
   * The engine that passed last under this owner, within that time, if it is not this one: two engines must not
   * share an owner. One of long ago may be gone.
   */
  readonly otherEngine: { readonly id: string; readonly name: string | null } | null;
  /** `autodock release` withdrew this owner's routes, and no controller has passed since. */
  readonly released: boolean;
}

/** When the owner of our routes passed last. */
export function controllerOf(facts: Omit<Facts, 'keyPrefix'>): ControllerView {
  const { self, leaseMs } = facts;
  const redis = redisOf(facts);
  const unseen = { owner: self, lastPassAgoMs: null, otherEngine: null, released: false };
  if (redis === null || self === null) return { ...unseen, alive: null };
  const seen = redis.owners.find(({ owner }) => owner === self);
  if (seen === undefined) return { ...unseen, alive: false };
  const lastPassAgoMs = Math.max(0, redis.now - seen.lastPassAt);
  const isRecent = isLive(seen, redis.now, leaseMs);
  const released = seen.engineId === RELEASED_ENGINE.id;
  const other = isRecent && !released ? otherEngine(facts, seen) : null;
  return {
    owner: self,
    lastPassAgoMs,
    alive: isRecent && !released,
    otherEngine: other,
    released,
  };
}

function otherEngine(
  facts: Pick<Facts, 'running'>,
  seen: OwnerSeen,
): ControllerView['otherEngine'] {
  const running = runningOf(facts);
  if (running === null || seen.engineId === null || seen.engineId === running.engine.id)
    return null;
  return { id: seen.engineId, name: seen.engine };
}
