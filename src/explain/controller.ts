import { type Facts, redisOf } from './facts.ts';

/** Whether the controller of our routes is at work. */
export interface ControllerView {
  /** Whose routes are ours; null: not known, as no engine tells. */
  readonly owner: string | null;
  /** Since its last pass; null: it never passed, or Redis could not be read. */
  readonly lastPassAgoMs: number | null;
  /** It passed within the last three resync intervals; null: not known. */
  readonly alive: boolean | null;
}

/** An owner that has not passed for this many resync intervals does not count as alive. */
export const ALIVE_RESYNCS = 3;

/** When the owner of our routes passed last. */
export function controllerOf(facts: Pick<Facts, 'self' | 'resyncMs' | 'redis'>): ControllerView {
  const { self, resyncMs } = facts;
  const redis = redisOf(facts);
  if (redis === null || self === null) return { owner: self, lastPassAgoMs: null, alive: null };
  const seen = redis.owners.find(({ owner }) => owner === self);
  if (seen === undefined) return { owner: self, lastPassAgoMs: null, alive: false };
  const lastPassAgoMs = Math.max(0, redis.now - seen.lastPassAt);
  return { owner: self, lastPassAgoMs, alive: lastPassAgoMs <= ALIVE_RESYNCS * resyncMs };
}
