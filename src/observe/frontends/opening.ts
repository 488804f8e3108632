import { ObserveError } from '../../errors.ts';
import { type Epoch, type Owner, parseEpoch } from '../../model/ids.ts';
import { type OwnerRecord, type OwnerSeen, parseOwnerRecord } from '../../model/owner-record.ts';
import { parseOwners } from './owners.ts';

/** Another engine passed under this owner a moment ago; nothing was written. */
export interface ContestedPass {
  readonly kind: 'contested';
  readonly record: OwnerRecord;
  readonly agoMs: number;
}

/** What `open.lua` tells when it raised the epoch. */
export interface Opening {
  readonly kind: 'opened';
  readonly epoch: Epoch;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  readonly ownClaims: number;
  readonly otherOwners: readonly OwnerSeen[];
}

/** @throws ObserveError if this is no reply of `open.lua` */
export function parseOpening(reply: unknown, owner: Owner): Opening | ContestedPass {
  const [kind, ...fields] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (kind === 'contested') {
    const [record, agoMs] = fields;
    return { kind, record: parseOwnerRecord(record), agoMs: Number(agoMs) };
  }
  const [epoch, now, ownClaims, owners] = fields;
  const parsed = parseEpoch(epoch);
  if (kind !== 'opened' || parsed === null) {
    throw new ObserveError('redis-malformed', 'Redis: the reply to the opening makes no sense');
  }
  const otherOwners = parseOwners(owners).filter((seen) => seen.owner !== owner);
  return { kind, epoch: parsed, now: Number(now), ownClaims: Number(ownClaims), otherOwners };
}
