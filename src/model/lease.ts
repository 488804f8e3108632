/** An owner counts as live for this many of its own resync intervals after its last pass. */
const LEASE_RESYNCS = 3;

/** For how long an owner with this resync interval counts as live after a pass; it publishes that. */
export function leaseMsOf(resyncMs: number): number {
  return LEASE_RESYNCS * resyncMs;
}

/** When an owner passed last, and how long that counts. */
export interface SignOfLife {
  /**
   * Milliseconds, Redis' clock; null: that cannot be told before its next pass, as Redis was started anew or its clock
   * was set back since the last one.
   */
  readonly lastPassAt: number | null;
  /** null: it publishes none, as versions before this one do. */
  readonly leaseMs: number | null;
}

/**
 * Whether an owner is at work, by its own lease; null: that cannot be told, as it is not known when it passed last.
 *
 * @param now milliseconds, Redis' clock
 * @param ownLeaseMs that of whoever asks: for an owner that publishes none
 */
export function isLive(
  { lastPassAt, leaseMs }: SignOfLife,
  now: number,
  ownLeaseMs: number,
): boolean | null {
  return lastPassAt === null ? null : now - lastPassAt <= (leaseMs ?? ownLeaseMs);
}
