/** A pass of an owner that publishes no lease counts for this many of our resync intervals. */
const PATIENT_RESYNCS = 3;
/** A lease is renewed so many times before it is over, so that a sign or two may be lost. */
export const SIGNS_PER_LEASE = 3;

/**
 * How long a pass counts of an owner that publishes no lease: of an earlier version, or of `autodock once`, which has no
 * heartbeat. Also what readiness goes by.
 */
export function patienceMsOf(resyncMs: number): number {
  return PATIENT_RESYNCS * resyncMs;
}

/** How often an owner with this lease gives a sign of life. */
export function beatMsOf(leaseMs: number): number {
  return leaseMs / SIGNS_PER_LEASE;
}

/** All owners together look at all others so often at most, each second: what a look costs grows with their number. */
const LOOKS_A_SECOND = 10;

/**
 * How often an owner hears of all others: with each sign of life of its own while they are few. It takes nobody for lapsed
 * before it has looked on for a lease: where two looks are less than that, and three more, two that are a lease apart
 * tell it sooner.
 *
 * @param others how many they were at the last look
 */
export function lookMsOf(leaseMs: number, others: number): number {
  const shareMs = (1_000 * others) / LOOKS_A_SECOND;
  return shareMs > leaseMs / 2 ? Math.max(leaseMs, shareMs) : Math.max(beatMsOf(leaseMs), shareMs);
}

/** When an owner gave its last sign of life, and how long that counts. */
export interface SignOfLife {
  /**
   * Milliseconds, Redis' clock; null: that cannot be told before its next sign, as Redis was started anew or its clock
   * was set back since the last one.
   */
  readonly lastSignAt: number | null;
  /** null: it publishes none, and is never lapsed: it may pass as rarely as it likes. */
  readonly leaseMs: number | null;
  /** Another owner found its lease over, and it has not come back since. */
  readonly isLapsed: boolean;
}

/**
 * Whether an owner is at work. `lapsed` only by its own word: it said how long its sign counts, and that is over.
 * `unknown` is neither, and nothing is taken from an owner on its strength.
 */
export const LEASE_STATES = ['live', 'lapsed', 'unknown'] as const;
/** One of {@link LEASE_STATES}. */
export type LeaseState = (typeof LEASE_STATES)[number];

/**
 * The one rule of leases; its twin is `lease.lua`.
 *
 * @param now milliseconds, Redis' clock
 * @param patienceMs see `patienceMsOf`
 */
export function leaseState(
  { lastSignAt, leaseMs, isLapsed }: SignOfLife,
  now: number,
  patienceMs: number,
): LeaseState {
  if (isLapsed) return 'lapsed';
  if (lastSignAt === null) return 'unknown';
  if (now - lastSignAt <= (leaseMs ?? patienceMs)) return 'live';
  return leaseMs === null ? 'unknown' : 'lapsed';
}

/** Whether an owner gave a sign of life within its lease; null: it is not known when it gave the last one. */
export function isLive(sign: SignOfLife, now: number, patienceMs: number): boolean | null {
  return sign.lastSignAt === null ? null : leaseState(sign, now, patienceMs) === 'live';
}
