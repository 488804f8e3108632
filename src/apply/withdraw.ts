import { loadScript } from '../clients/lua-script.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { LATEST_TIME } from '../model/claim-text.ts';
import { LONGEST_LIST } from '../model/frontend.ts';
import type { Owner, ShortId } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import { type ClaimedCopies, claimedBatches } from './batches.ts';
import { type AppliedVhost, parseResults } from './reply.ts';
import { findMarkedHosts } from './wildcard-marks.ts';

const WITHDRAW_SCRIPT = loadScript(new URL('./scripts/withdraw.lua', import.meta.url));

/** Containers of another owner that are known to be gone, and where it claims something for them. */
export interface Withdrawal {
  readonly owner: Owner;
  readonly ids: readonly ShortId[];
  readonly copies: ClaimedCopies;
  /** For how long a vhost is held that lost its last backend. */
  readonly holdMs: number;
}

/**
 * Takes out what another owner claims for containers that are gone, which it cannot tell by itself.
 *
 * @throws ApplyError if a write failed; some of it may be done
 * @throws ObserveError if the marks under a wildcard could not be read; nothing was written
 */
export async function withdraw(
  redis: RedisConnection,
  keys: Keys,
  { owner, ids, copies, holdMs }: Withdrawal,
): Promise<readonly AppliedVhost[]> {
  redis.define('autodockWithdraw', WITHDRAW_SCRIPT);
  const wildcards = new Set([...copies.keys()].filter((vhost) => vhost.startsWith('*')));
  const hosts = await findMarkedHosts(redis, keys, wildcards);
  const gone = JSON.stringify(Object.fromEntries(ids.map((id) => [id, true])));
  const results: AppliedVhost[] = [];
  for (const batch of claimedBatches(copies, hosts)) {
    const limits = [LONGEST_LIST, LATEST_TIME, holdMs] as const;
    const whose = [keys.owners, keys.prefix, owner] as const;
    const json = JSON.stringify(batch);
    const reply = await redis.write(['autodockWithdraw', 1, ...whose, ...limits, gone, json]);
    results.push(
      ...parseResults(
        reply,
        batch.map(({ v }) => v),
      ),
    );
  }
  return results;
}
