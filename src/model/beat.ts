import type { OwnerSeen, RedisClock } from './owner-record.ts';

/**
 * What became of a sign of life. `renewed`: the owner counts as at work. In the others nothing was written. `lapsed`: its
 * lease was over before, so that a pass has to come first. `contested`: the last pass was of another engine. `absent`:
 * no pass published anything that is still there.
 */
export const BEAT_OUTCOMES = ['renewed', 'lapsed', 'contested', 'absent'] as const;

/** All other owners, and the clock of that look. */
export interface HostsSeen {
  readonly clock: RedisClock;
  readonly otherOwners: readonly OwnerSeen[];
}

/** What a sign of life came to, and who else is there. */
export interface Beat {
  readonly outcome: (typeof BEAT_OUTCOMES)[number];
  readonly clock: RedisClock;
  /** null: it was not asked who they are. */
  readonly otherOwners: readonly OwnerSeen[] | null;
}
