import { dockerOf, type Facts, type OwnerSeen, redisOf } from './facts.ts';

/** Whether the controller of our routes is at work. */
export interface ControllerView {
  /** Whose routes are ours; null: not known, as no engine tells. */
  readonly owner: string | null;
  /** Since its last pass; null: it never passed, or Redis could not be read. */
  readonly lastPassAgoMs: number | null;
  /** It passed within the last three resync intervals; null: not known. */
  readonly alive: boolean | null;
  /** The engine that passed last under this owner, if it is not this one: two engines must not share an owner. */
  readonly otherEngine: { readonly id: string; readonly name: string | null } | null;
}

/** An owner that has not passed for this many resync intervals does not count as alive. */
export const ALIVE_RESYNCS = 3;

/** When the owner of our routes passed last. */
export function controllerOf(facts: Omit<Facts, 'keyPrefix'>): ControllerView {
  const { self, resyncMs } = facts;
  const redis = redisOf(facts);
  const unseen = { owner: self, lastPassAgoMs: null, otherEngine: null };
  if (redis === null || self === null) return { ...unseen, alive: null };
  const seen = redis.owners.find(({ owner }) => owner === self);
  if (seen === undefined) return { ...unseen, alive: false };
  const lastPassAgoMs = Math.max(0, redis.now - seen.lastPassAt);
  const alive = lastPassAgoMs <= ALIVE_RESYNCS * resyncMs;
  return { owner: self, lastPassAgoMs, alive, otherEngine: otherEngine(facts, seen) };
}

function otherEngine(facts: Pick<Facts, 'docker'>, seen: OwnerSeen): ControllerView['otherEngine'] {
  const docker = dockerOf(facts);
  if (docker === null || seen.engineId === null || seen.engineId === docker.engine.id) return null;
  return { id: seen.engineId, name: seen.engine };
}
