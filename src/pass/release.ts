import { type ApplyResult, createApplier } from '../apply/apply.ts';
import { type ForgetResult, forgetOwner } from '../apply/forget.ts';
import type { RedisConnection } from '../clients/redis.ts';
import { createDiff } from '../diff/diff.ts';
import { ApplyError } from '../errors.ts';
import type { Owner } from '../model/ids.ts';
import { keysWithPrefix } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';
import { RELEASED_ENGINE } from '../model/released-engine.ts';
import { createRedisReader, type OpenedPass } from '../observe/frontends/redis.ts';

/** Whose claims are withdrawn, and where. */
export interface ReleaseOptions {
  readonly owner: Owner;
  readonly redis: RedisConnection;
  readonly keyPrefix: string;
}

/** What would be withdrawn. */
export interface ReleasePlan {
  readonly plan: Plan;
  /** Since its last pass, ms; null: it never passed, or was released already. */
  readonly lastPassAgoMs: number | null;
}

/** What was withdrawn. */
export interface Released {
  readonly plan: Plan;
  readonly applied: ApplyResult;
  readonly forgotten: ForgetResult;
}

/** Nothing is held on behalf of an owner that leaves. */
const NO_HOLD = 0;

/** Withdraws everything that one owner claims; see `createRelease`. */
export interface Release {
  /** @throws ObserveError if Redis cannot be read */
  look(): Promise<ReleasePlan>;
  /**
   * Raises the owner's epoch, so that no pass that began before can write, withdraws its claims by the same
   * script as a pass, and then removes its keys.
   *
   * @throws ObserveError | ApplyError if that failed; what was withdrawn stays withdrawn
   */
  run(): Promise<Released>;
}

/** A pass that wants nothing. Needs no Docker. */
export function createRelease({ owner, redis, keyPrefix }: ReleaseOptions): Release {
  const keys = keysWithPrefix(keyPrefix);
  // Whichever engine passed last under this owner, it is meant.
  const reader = createRedisReader(redis, { owner, keys, resyncIntervalMs: 0 });
  const planOf = ({ epoch, now, frontends }: OpenedPass): Plan => {
    const diff = createDiff({ holdMs: NO_HOLD, policy: 'sync', keyPrefix });
    return diff({ owner, epoch, now, desired: new Map(), observed: frontends, unknown: [] });
  };
  const lastPassAgoMs = async ({ now }: OpenedPass): Promise<number | null> => {
    const [score] = await redis.read([['zscore', keys.owners, owner]]);
    return typeof score === 'string' ? Math.max(0, now - Number(score)) : null;
  };
  return {
    async look() {
      const opened = await reader.peek(new Set());
      return { plan: planOf(opened), lastPassAgoMs: await lastPassAgoMs(opened) };
    },
    async run() {
      const opened = await reader.open(RELEASED_ENGINE, new Set());
      if (opened.kind === 'contested' || opened.epoch === null) {
        throw new ApplyError(
          'redis-refused',
          'Redis: the owner could not be fenced; nothing was written',
        );
      }
      const plan = planOf(opened);
      const applied = await createApplier(redis, { owner, keys, holdMs: NO_HOLD }).apply(plan);
      const forgotten = await forgetOwner(redis, keys, owner, opened.epoch);
      return { plan, applied, forgotten };
    },
  };
}
