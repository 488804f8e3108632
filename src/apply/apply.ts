import { loadScript } from '../clients/lua-script.ts';
import type { RedisCommand, RedisConnection } from '../clients/redis.ts';
import { OUT_OF_MEMORY } from '../clients/redis-reply.ts';
import { ApplyError } from '../errors.ts';
import { LATEST_TIME, writeClaim } from '../model/claim-text.ts';
import { LONGEST_LIST } from '../model/frontend.ts';
import type { Epoch, Owner } from '../model/ids.ts';
import type { Keys } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';
import { batchesOf, type Step } from './batches.ts';
import { type AppliedVhost, parseReply } from './reply.ts';
import { findMarkedHosts } from './wildcard-marks.ts';

/** What became of a plan. */
export type ApplyResult =
  | {
      readonly kind: 'applied';
      readonly results: readonly AppliedVhost[];
      /** Dead marks that went to another slot with their backend. */
      readonly marksMoved: number;
    }
  /** A newer pass of this owner is at work: nothing was written beyond these results. */
  | { readonly kind: 'fenced'; readonly results: readonly AppliedVhost[] };

/** Writes plans; see `createApplier`. */
export interface Applier {
  /**
   * Writes a plan in bounded batches, each one atomic step on the lists as they are at that moment.
   *
   * @throws ApplyError if a write failed, with what is known of its outcome; also after the removals alone
   *   were applied because Redis is out of memory
   * @throws ObserveError if the marks under a wildcard could not be read; nothing was written
   */
  apply(plan: Plan): Promise<ApplyResult>;
}

/** Whose plans they are. */
export interface ApplierOptions {
  readonly owner: Owner;
  readonly keys: Keys;
  /** For how long a vhost is held that lost its last backend. */
  readonly holdMs: number;
}

const APPLY_SCRIPT = loadScript(new URL('./scripts/apply.lua', import.meta.url));

type Mode = 'all' | 'removals';

/** Writes the plans of one owner by the script `apply.lua`. */
export function createApplier(redis: RedisConnection, options: ApplierOptions): Applier {
  redis.define('autodockApply', APPLY_SCRIPT);
  return {
    async apply(plan) {
      const { epoch } = plan;
      if (epoch === null) {
        throw new ApplyError('redis-refused', 'Redis: a plan that only looked cannot be applied');
      }
      const steps = await stepsOf(redis, options.keys, plan);
      const results: AppliedVhost[] = [];
      let marksMoved = 0;
      let lacking = 0;
      for (const batch of batchesOf(steps)) {
        const reply = await write(redis, batch, (mode) => command(options, epoch, mode, batch));
        if (reply.kind === 'fenced') return { kind: 'fenced', results };
        results.push(...reply.results);
        marksMoved += reply.marksMoved;
        lacking += reply.lacking;
      }
      if (lacking > 0) {
        throw outOfMemory(redis, `removals are made, ${lacking} vhosts lack what they should get`);
      }
      return { kind: 'applied', results, marksMoved };
    },
  };
}

async function stepsOf(
  redis: RedisConnection,
  keys: Keys,
  { changes }: Plan,
): Promise<readonly Step[]> {
  const wildcards = changes.map(({ vhost }) => vhost).filter((vhost) => vhost.startsWith('*'));
  const hosts = await findMarkedHosts(redis, keys, new Set(wildcards));
  return changes.map((change) => ({ change, hosts: hosts.get(change.vhost) ?? [] }));
}

/** A refusal for lack of memory is definite, so that here, and only here, a write may be sent again. */
async function write(
  redis: RedisConnection,
  batch: readonly Step[],
  commandFor: (mode: Mode) => RedisCommand,
) {
  const vhosts = batch.map(({ change }) => change.vhost);
  const reply = await redis.write(commandFor('all'));
  if (reply !== OUT_OF_MEMORY) return parseReply(reply, vhosts);
  const removals = await redis.write(commandFor('removals'));
  if (removals === OUT_OF_MEMORY) throw outOfMemory(redis, 'nothing was written');
  return parseReply(removals, vhosts);
}

function command(
  { owner, keys, holdMs }: ApplierOptions,
  epoch: Epoch,
  mode: Mode,
  batch: readonly Step[],
): RedisCommand {
  const writes = batch.map(({ change: { write: wanted }, hosts }) => ({
    v: wanted.vhost,
    id: wanted.identifier,
    urls: wanted.backends.map(({ url }) => url),
    copies: wanted.backends.map(({ ids }) => ids.length),
    claim: wanted.backends.length === 0 ? '' : writeClaim(wanted.backends),
    asked: wanted.asked,
    ...(wanted.options === undefined ? {} : { opts: wanted.options }),
    ...(hosts.length === 0 ? {} : { hosts }),
  }));
  const fence = [owner, epoch, holdMs] as const;
  const limits = [LONGEST_LIST, LATEST_TIME] as const;
  const json = JSON.stringify(writes);
  const scriptKeys = [keys.owners, keys.engine(owner)] as const;
  return ['autodockApply', 2, ...scriptKeys, keys.prefix, ...fence, ...limits, mode, json];
}

function outOfMemory({ address }: RedisConnection, consequence: string): ApplyError {
  const message = `Redis at ${address} is out of memory (maxmemory): ${consequence}; raise its maxmemory`;
  return new ApplyError('redis-refused', message);
}
