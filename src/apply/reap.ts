import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import { LATEST_TIME } from '../model/claim-text.ts';
import { LONGEST_LIST } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import type { OwnerSeen } from '../model/owner-record.ts';
import { type ClaimedCopies, claimedBatches } from './batches.ts';
import { parseReapReply, type ReapedVhost } from './reply.ts';
import { findMarkedHosts } from './wildcard-marks.ts';

/** What became of an owner whose lease seemed over; see `lapse.lua`. */
const LAPSE_RESULTS = ['lapsed', 'returned', 'left'] as const;
/** One of {@link LAPSE_RESULTS}. */
export type LapseResult = (typeof LAPSE_RESULTS)[number];

/** `look`: write nothing; `others`: only where others stand; `all`: last backends, too. */
export type ReapMode = 'look' | 'others' | 'all';

/** Takes out what lapsed owners left; see `createReaper`. */
export interface Reaper {
  /**
   * Says of an owner that its lease is over, unless it gave a sign since it was seen, or another live owner sees to it.
   *
   * @throws ApplyError if the write failed
   */
  lapse(seen: OwnerSeen): Promise<LapseResult>;
  /**
   * Takes its backends out of the vhosts where it claims so many copies, in bounded batches; null: it came back, and nothing more was written.
   *
   * @throws ApplyError if a write failed; the next time does what was left
   * @throws ObserveError if the marks under a wildcard could not be read
   */
  reap(
    lapsed: Owner,
    copies: ClaimedCopies,
    mode: ReapMode,
  ): Promise<readonly ReapedVhost[] | null>;
}

/** Who takes out. */
export interface ReaperOptions {
  readonly owner: Owner;
  readonly keys: Keys;
  /** See `patienceMsOf`. */
  readonly patienceMs: number;
}

const LAPSE_SCRIPT = loadScript(new URL('./scripts/lapse.lua', import.meta.url));
const REAP_SCRIPT = loadScript(new URL('./scripts/reap.lua', import.meta.url));

/** Sees to other owners whose leases are over, by the scripts `lapse.lua` and `reap.lua`. */
export function createReaper(redis: RedisConnection, options: ReaperOptions): Reaper {
  const { owner, keys, patienceMs } = options;
  redis.define('autodockLapse', LAPSE_SCRIPT);
  redis.define('autodockReap', REAP_SCRIPT);
  return {
    async lapse({ owner: lapsed, at, redisRun }) {
      const names = [keys.owners, keys.engine(lapsed)];
      const sign = [at ?? '', redisRun ?? ''] as const;
      const reply = await redis.write([
        ...(['autodockLapse', names.length] as const),
        ...[...names, keys.prefix, owner, ...sign, patienceMs],
      ]);
      const [told] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
      const result = LAPSE_RESULTS.find((known) => known === told);
      if (result === undefined) throw malformed();
      return result;
    },
    async reap(lapsed, copies, mode) {
      const names = [keys.owners, keys.engine(lapsed)];
      const wildcards = new Set([...copies.keys()].filter((vhost) => vhost.startsWith('*')));
      const hosts = await findMarkedHosts(redis, keys, mode === 'look' ? new Set() : wildcards);
      const results: ReapedVhost[] = [];
      for (const batch of claimedBatches(copies, hosts)) {
        const reply = await redis.write([
          ...(['autodockReap', names.length] as const),
          ...[...names, keys.prefix, lapsed, owner, LONGEST_LIST, LATEST_TIME, patienceMs, mode],
          JSON.stringify(batch),
        ]);
        const vhosts = batch.map(({ v }) => v);
        const reaped = parseReapReply(reply === OUT_OF_MEMORY ? null : reply, vhosts);
        if (reaped === null) return null;
        results.push(...reaped);
      }
      return results;
    },
  };
}

function malformed(): ApplyError {
  return new ApplyError('redis-malformed', 'Redis: the reply about a lapsed owner makes no sense');
}
