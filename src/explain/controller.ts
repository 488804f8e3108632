import { isLive } from '../model/lease.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import { RELEASED_ENGINE } from '../model/released-engine.ts';
import { type Facts, redisOf, runningOf } from './facts.ts';

/** Whether the controller of our routes is at work. */
export interface ControllerView {
  /** Whose routes are ours; null: not known, as no engine tells. */
  readonly owner: string | null;
  /** Since its last pass; null: it never passed, it is not known when, or Redis could not be read. */
  readonly lastPassAgoMs: number | null;
  /** Its last sign of life is no longer ago than its lease; null: not known. */
  readonly alive: boolean | null;
  /** It passed, and it cannot be told when before its next pass: Redis was started anew, or its clock was set back. */
  readonly undated: boolean;
  /**
   * The engine that passed last under this owner, unless its lease is over, if it is not this one: two engines must not
   * share an owner. One of long ago may be gone.
   */
  readonly otherEngine: { readonly id: string; readonly name: string | null } | null;
  /** `autodock release` withdrew this owner's routes, and no controller has passed since. */
  readonly released: boolean;
}

const UNSEEN = { lastPassAgoMs: null, undated: false, otherEngine: null, released: false };

/** When the owner of our routes passed last. */
export function controllerOf(facts: Omit<Facts, 'keyPrefix'>): ControllerView {
  const { self, patienceMs } = facts;
  const redis = redisOf(facts);
  if (redis === null || self === null) return { ...UNSEEN, owner: self, alive: null };
  const seen = redis.owners.find(({ owner }) => owner === self);
  if (seen === undefined) return { ...UNSEEN, owner: self, alive: false };
  const { lastSignAt } = seen;
  const alive = isLive(seen, redis.now, patienceMs);
  const released = seen.engineId === RELEASED_ENGINE.id;
  return {
    owner: self,
    lastPassAgoMs: lastSignAt === null ? null : redis.now - lastSignAt,
    alive: released ? false : alive,
    undated: lastSignAt === null,
    otherEngine: alive === false || released ? null : otherEngine(facts, seen),
    released,
  };
}

function otherEngine(
  facts: Pick<Facts, 'running'>,
  seen: OwnerSeen,
): ControllerView['otherEngine'] {
  const engine = runningOf(facts)?.engine;
  if (engine === undefined || seen.engineId === null) return null;
  // A cloned machine has the ID of the first one; that only its host's name tells.
  const isSameName = seen.engine === null || seen.engine === engine.name;
  if (seen.engineId === engine.id && isSameName) return null;
  return { id: seen.engineId, name: seen.engine };
}
