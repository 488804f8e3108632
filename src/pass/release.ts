import { type ForgetResult, forgetOwner } from '../apply/forget.ts';
import type { Config } from '../config/config.ts';
import { ApplyError } from '../errors.ts';
import { keysWithPrefix } from '../model/keys.ts';
import { isLive, patienceMsOf } from '../model/lease.ts';
import type { Plan } from '../model/plan.ts';
import { readOwners } from '../observe/frontends/owners.ts';
import { type Pass, reconcile } from '../reconcile.ts';
import type { Wiring } from './clients.ts';
import { leaveSeats } from './seats.ts';
import type { StageMode } from './stage-mode.ts';

/** What would be withdrawn. */
export interface ReleasePlan {
  readonly plan: Plan;
  /** null: it never passed, or was released already. */
  readonly passed: {
    /** Milliseconds; null: that cannot be told. */
    readonly agoMs: number | null;
    /** It passed so recently that its controller may still run; null: that cannot be told. */
    readonly isLive: boolean | null;
  } | null;
}

/** What was withdrawn. */
export interface Released {
  readonly pass: Pass;
  readonly forgotten: ForgetResult;
}

/** Withdraws everything that one owner claims; see `createRelease`. */
export interface Release {
  /** @throws ObserveError if Redis cannot be read */
  look(): Promise<ReleasePlan>;
  /**
   * One pass that wants nothing, which raises the owner's epoch first, so that no pass that began before can write;
   * then its keys are removed.
   *
   * @throws ObserveError | ApplyError if that failed; what was withdrawn stays withdrawn
   */
  run(): Promise<Released>;
}

/** Nothing is held on behalf of an owner that leaves, and nothing waited for. */
const LEAVING = { wants: 'nothing', patienceMs: 0, holdMs: 0, hasHeartbeat: false } as const;

/** Passes that want nothing, of whoever owns this engine's routes. With an owner configured no Docker is needed. */
export function createRelease(wiring: Wiring, config: Config): Release {
  const keys = keysWithPrefix(config.redis.keyPrefix);
  const passOnce = async (access: StageMode['access']) =>
    reconcile(await wiring.stages({ ...LEAVING, access }));
  return {
    async look() {
      const { plan } = await passOnce('peek');
      const { clock, owners } = await readOwners(wiring.redis, keys);
      const seen = owners.find(({ owner }) => owner === plan.owner);
      if (seen === undefined) return { plan, passed: null };
      const agoMs = seen.lastSignAt === null ? null : clock.now - seen.lastSignAt;
      const ownPatienceMs = patienceMsOf(config.resync.intervalMs);
      return { plan, passed: { agoMs, isLive: isLive(seen, clock.now, ownPatienceMs) } };
    },
    async run() {
      const pass = await passOnce('write');
      const { owner, epoch } = pass.plan;
      if (epoch === null) {
        const message = 'Redis: the owner could not be fenced; nothing was written';
        throw new ApplyError('redis-refused', message);
      }
      const forgotten = await forgetOwner(wiring.redis, keys, owner, epoch);
      // Another pass is at work otherwise, whose containers these are.
      if (forgotten === 'forgotten') await leaveSeats(wiring.redis, keys, owner);
      return { pass, forgotten };
    },
  };
}
