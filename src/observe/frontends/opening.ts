import type { Boot } from '../../clients/boot.ts';
import { loadScript } from '../../clients/lua-script.ts';
import type { RedisCommand } from '../../clients/redis.ts';
import { ObserveError } from '../../errors.ts';
import type { Engine } from '../../model/container.ts';
import { type Epoch, type Owner, parseEpoch, parseOwner } from '../../model/ids.ts';
import { textOrNull } from '../../model/json-members.ts';
import type { Keys } from '../../model/keys.ts';
import {
  type OwnerRecord,
  type Publication,
  parseOwnerRecord,
  type RedisClock,
  writeOwnerRecord,
} from '../../model/owner-record.ts';

/** The Lua script that `openCommand` calls by the name `autodockOpen`. */
export const OPEN_SCRIPT = loadScript(new URL('./open.lua', import.meta.url));

/** Whose reader it is. */
export interface RedisReaderOptions
  extends Pick<Publication, 'address' | 'sharedNetwork' | 'version'> {
  readonly owner: Owner;
  readonly keys: Keys;
  /** For how long a sign of life of this owner counts; null: it gives none between its passes. */
  readonly leaseMs: number | null;
  /** See `patienceMsOf`. */
  readonly patienceMs: number;
  /** It is about to go, and whichever engine passed last under it is meant. */
  readonly isLeaving: boolean;
  /** Another one for each process: sets its passes apart from those of others. */
  readonly run: string;
  /** Of this host; null: not known. */
  readonly boot: Boot | null;
}

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

/** Raises the score of this owner for a pass with this nonce. */
export function openCommand(
  options: RedisReaderOptions,
  engine: Engine,
  nonce: string,
): RedisCommand {
  const { keys, owner, leaseMs, patienceMs, isLeaving, boot } = options;
  const { address, sharedNetwork, version } = options;
  const scriptKeys = [keys.owners, keys.engine(owner), keys.claims(owner), keys.front(owner)];
  const record = writeOwnerRecord({
    ...{ engine, leaseMs, address, sharedNetwork, version, nonce },
    boot: boot?.id,
  });
  const ifContested = isLeaving ? 'take over' : 'refuse';
  const rest = [patienceMs, ifContested, boot?.upMs() ?? 0] as const;
  return ['autodockOpen', scriptKeys.length, ...scriptKeys, keys.prefix, owner, record, ...rest];
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
