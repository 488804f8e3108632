import type { Engine } from './container.ts';
import type { Owner } from './ids.ts';
import { millisecondsOrNull, textOrNull } from './json-members.ts';
import type { SignOfLife } from './lease.ts';
import { asRecord, parseRecord } from './record.ts';

/** Redis' clock, and the run of Redis that it belongs to: times of another run cannot be compared with it. */
export interface RedisClock {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Empty: not known. */
  readonly run: string;
}

/** What the last pass of an owner published of itself in Redis; each sign of life between passes renews its time. */
export interface OwnerRecord extends Pick<SignOfLife, 'leaseMs'> {
  /** The ID of the engine that passed last under it; null: not known. */
  readonly engineId: string | null;
  /** That engine's name; null: not known. */
  readonly engine: string | null;
  /** Of that pass; null: not said. */
  readonly nonce: string | null;
  /** The boot of its host then; null: not said. */
  readonly boot: string | null;
  /** When its last sign of life was: milliseconds, by the clock of `redisRun`; null: not said, as by versions before this one. */
  readonly at: number | null;
  /** The run of Redis by whose clock that is; null: not said. */
  readonly redisRun: string | null;
  /** How its backends are reached; null: not said. */
  readonly address: string | null;
  /** Of its autodock; null: not said. */
  readonly version: string | null;
  /** Who found its lease over; null: nobody. */
  readonly lapsedBy: string | null;
}

/** An owner that passed on this Redis. */
export interface OwnerSeen
  extends Pick<OwnerRecord, 'engineId' | 'engine' | 'address' | 'version' | 'at' | 'redisRun'>,
    SignOfLife {
  readonly owner: Owner;
}

/** What a pass publishes; the script that opens it adds when, and by which clock. */
export interface Publication {
  readonly engine: Engine;
  /** null: it gives no sign of life between its passes, and none counts as its last. */
  readonly leaseMs: number | null;
  /** How this owner's backends are reached. */
  readonly address: 'container' | 'published';
  /** Container addresses are reached from every host. */
  readonly sharedNetwork: boolean;
  readonly version: string;
  /** Of this pass alone. */
  readonly nonce: string;
  /** The boot of the engine's host; undefined: not known. */
  readonly boot: string | undefined;
}

const NOTHING: OwnerRecord = {
  engineId: null,
  engine: null,
  nonce: null,
  boot: null,
  leaseMs: null,
  at: null,
  redisRun: null,
  address: null,
  version: null,
  lapsedBy: null,
};

/** The record as text: `{"id", "name", "leaseMs", "address", "version", "nonce", "boot"}`. */
export function writeOwnerRecord({ engine: { id, name }, leaseMs, ...rest }: Publication): string {
  return JSON.stringify({ id, name, ...(leaseMs === null ? {} : { leaseMs }), ...rest });
}

/** Reads a record: what is not text, or is somebody else's text, tells nothing. */
export function parseOwnerRecord(text: unknown): OwnerRecord {
  const record = typeof text === 'string' ? parseRecord(text) : null;
  if (record === null) return NOTHING;
  const { id, name, nonce, boot, leaseMs, at, redis, address, version, lapsed } = record;
  return {
    engineId: textOrNull(id),
    engine: textOrNull(name),
    nonce: textOrNull(nonce),
    boot: textOrNull(boot),
    leaseMs: millisecondsOrNull(leaseMs),
    at: millisecondsOrNull(at),
    redisRun: textOrNull(redis),
    address: textOrNull(address),
    version: textOrNull(version),
    lapsedBy: textOrNull(asRecord(lapsed)?.by),
  };
}

/**
 * When a record was published, milliseconds by this clock; null: that cannot be told, as it was by another clock, or
 * ahead of this one (which was set back).
 *
 * @param score of the owner, which versions that tell no time raised to it
 */
export function publishedAt(
  { at, redisRun }: Pick<OwnerRecord, 'at' | 'redisRun'>,
  score: number,
  { now, run }: RedisClock,
): number | null {
  if (at !== null && redisRun !== run) return null;
  const time = at ?? score;
  return time >= 0 && time <= now ? time : null;
}
