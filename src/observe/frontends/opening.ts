import { ObserveError } from '../../errors.ts';
import { type Epoch, type Owner, parseEpoch, parseOwner } from '../../model/ids.ts';
import { textOrNull } from '../../model/json-members.ts';
import { type OwnerRecord, parseOwnerRecord, type RedisClock } from '../../model/owner-record.ts';

/** Another engine passed under this owner a moment ago; nothing was written. */
export interface ContestedPass {
  readonly kind: 'contested';
  readonly record: OwnerRecord;
  /** It is not this owner, but this other one, whose container addresses may overlap with ours; null: it is. */
  readonly overlaps: Owner | null;
}

/** What `open.lua` tells when it raised the score. */
export interface OpenReply {
  readonly kind: 'opened';
  readonly epoch: Epoch;
  readonly clock: RedisClock;
  readonly ownClaims: number;
  /** Whether the index told all of them when this owner passed last. */
  readonly isIndexed: boolean;
  /** Whether it tells the claims of every owner. */
  readonly isAllIndexed: boolean;
  /** The boot of this host in which its routes were looked at last; null: not said. */
  readonly writtenIn: string | null;
  /** Whether a front waits until all of its routes were looked at. */
  readonly isAsked: boolean;
}

/**
 * @param nonce of the pass that was opened
 * @throws ObserveError if this is not a reply of `open.lua`
 */
export function parseOpening(reply: unknown, nonce: string): OpenReply | ContestedPass {
  const [kind, ...fields] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (kind === 'contested') {
    const overlaps = parseOwner(fields[1]);
    return { kind, record: parseOwnerRecord(fields[0]), overlaps };
  }
  const [score, now, run, ownClaims, isIndexed, written, asked, isAllIndexed] = fields;
  const epoch = parseEpoch(`${score}/${nonce}`);
  if (kind !== 'opened' || epoch === null) {
    throw new ObserveError('redis-malformed', 'Redis: the reply to the opening makes no sense');
  }
  const clock = { now: Number(now), run: String(run) };
  return {
    ...{ kind, epoch, clock },
    ownClaims: Number(ownClaims),
    isIndexed: isIndexed === 1,
    isAllIndexed: isAllIndexed === 1,
    writtenIn: textOrNull(written),
    isAsked: asked === 1,
  };
}
