import type { ClaimedCopies } from '../apply/batches.ts';
import { createReaper, type LapseResult, type Reaper } from '../apply/reap.ts';
import type { ReapedVhost } from '../apply/reply.ts';
import type { RedisConnection } from '../clients/redis.ts';
import type { Config } from '../config/config.ts';
import { isMassRemoval } from '../diff/guard.ts';
import { copiesOf, parseClaim } from '../model/claim-text.ts';
import { compareText } from '../model/compare.ts';
import type { Claim } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { patienceMsOf } from '../model/lease.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import { readHash } from '../observe/frontends/hash.ts';

/** What is remembered of an owner that was found lapsed. Losing it costs time alone. */
export interface LapsedMemory {
  /** Since when this controller sees to it, monotonic milliseconds. */
  readonly since: number;
  /** Since when the guard puts off what is to go, monotonic milliseconds; null: it does not. */
  readonly refusingSince: number | null;
}

/** What one look at a lapsed owner came to. */
export interface Reaped {
  /** `left`: another live owner sees to it. */
  readonly state: LapseResult;
  readonly memory: LapsedMemory;
  /** Vhosts where its backends were taken out. */
  readonly reaped: readonly string[];
  /** Vhosts where its backends are the last, or its hold is all there is. */
  readonly last: number;
  /** Vhosts from which the guard puts off taking its backends. */
  readonly putOff: number;
  /** Vhosts that are left alone because of what stands at a key. */
  readonly faults: readonly ReapFault[];
}

/** One of them, and why. */
export type ReapFault = Extract<ReapedVhost, { readonly kind: 'fault' }>;

/** Sees to lapsed owners on behalf of one that is live. */
export interface Reap {
  /**
   * Says that an owner is lapsed, and takes out what may go by now.
   *
   * @param now monotonic milliseconds
   * @throws ObserveError | ApplyError if Redis failed; the next look does what was left
   */
  look(seen: OwnerSeen, memory: LapsedMemory | null, now: number): Promise<Reaped>;
}

/** What lapsed owners left is taken out by the same rules as what ours leave, the guard among them. */
export function createReap(redis: RedisConnection, config: Config, owner: Owner): Reap {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const patienceMs = patienceMsOf(config.resync.intervalMs);
  const reaper = createReaper(redis, { owner, keys, patienceMs });
  return {
    async look(seen, before, now) {
      const memory = before ?? { since: now, refusingSince: null };
      const nothing = { memory, reaped: [], last: 0, putOff: 0, faults: [] };
      const state = await reaper.lapse(seen);
      if (state !== 'lapsed') return { ...nothing, state };
      const claims = await readHash(redis, keys.claims(seen.owner));
      const parsed = [...claims].map(([vhost, text]) => [vhost, parseClaim(text)] as const);
      const standing = parsed.filter(([, claim]) => stands(claim));
      const copies = standing.map(([vhost, claim]) => [vhost, copiesOf(claim)] as const);
      // `upsert-only` never deletes a frontend, whoever's it was.
      const isLastDue = config.policy === 'sync' && now - memory.since >= config.reap.lastMs;
      const context = { ...{ config, now, memory, isLastDue }, lapsed: seen.owner };
      const done = await takeOut(reaper, new Map(copies.sort(byVhost)), context);
      return done ?? { ...nothing, state: 'returned' };
    },
  };
}

function byVhost([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return compareText(one, other);
}

/** Malformed text is a fault wherever somebody writes, and no claim that could be reaped. */
function stands(claim: Claim | 'malformed'): boolean {
  return claim !== 'malformed' && (claim.backends.size > 0 || claim.heldSince !== null);
}

interface TakeOut {
  readonly config: Config;
  readonly now: number;
  readonly memory: LapsedMemory;
  readonly isLastDue: boolean;
  readonly lapsed: Owner;
}

/** null: it came back. */
async function takeOut(
  reaper: Reaper,
  copies: ClaimedCopies,
  { config, now, memory, isLastDue, lapsed }: TakeOut,
): Promise<Reaped | null> {
  const seen = await reaper.reap(lapsed, copies, 'look');
  if (seen === null) return null;
  const faults = seen.filter(isFault);
  const lasting = seen.filter(({ kind }) => kind === 'last');
  const due = seen.filter((vhost) => isChange(vhost) || (isLastDue && vhost.kind === 'last'));
  const last = isLastDue ? 0 : lasting.length;
  const isTooMuch = isMassRemoval(due.length, () => copies.size, config.guard);
  const refusingSince = isTooMuch ? (memory.refusingSince ?? now) : null;
  const known = { state: 'lapsed', memory: { ...memory, refusingSince }, last, faults } as const;
  if (refusingSince !== null && now - refusingSince < config.guard.confirmAfterMs) {
    return { ...known, reaped: [], putOff: due.length };
  }
  const going = new Map(due.map(({ vhost }) => [vhost, copies.get(vhost) ?? 0]));
  const done = await reaper.reap(lapsed, going, isLastDue ? 'all' : 'others');
  if (done === null) return null;
  const reaped = done.filter(isChange).map(({ vhost }) => vhost);
  return { ...known, reaped, putOff: 0 };
}

function isFault(vhost: ReapedVhost): vhost is ReapFault {
  return vhost.kind === 'fault';
}

function isChange({ kind }: ReapedVhost): boolean {
  return kind !== 'last' && kind !== 'none' && kind !== 'fault';
}
