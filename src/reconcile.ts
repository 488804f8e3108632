import type { ApplyResult } from './apply/apply.ts';
import type { Desired, DesireInput } from './desire/desire.ts';
import { afterwards } from './diff/afterwards.ts';
import type { Diff } from './diff/diff.ts';
import type { GuardDecision } from './diff/guard.ts';
import type { Drains } from './model/drain.ts';
import type { ObservedFrontend } from './model/frontend.ts';
import type { Epoch, Owner, ShortId } from './model/ids.ts';
import type { Offs } from './model/off.ts';
import { ownClaims, routedIn } from './model/own-claims.ts';
import type { Fault, Plan } from './model/plan.ts';
import type { PassResult, TriggerReason } from './model/trigger.ts';
import type { Workload } from './model/workload.ts';

/** What Redis tells at the beginning of a pass. */
export interface Opening {
  /** The fence of this pass; null when it may not write. */
  readonly epoch: Epoch | null;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  /** Every vhost that this owner claims, and those last known to matter. */
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
  /** Which of this owner's containers are drained. */
  readonly drains: Drains;
  /** Which vhosts fronts answer for themselves, whoever's they are; told of, and nothing else. */
  readonly offs: Offs;
  /** The boot of this host in which this owner's routes were looked at last, as Redis says; null: it does not. */
  readonly writtenIn: string | null;
  /** Whether a front of this host waits until all of this owner's routes were looked at. */
  readonly isAsked: boolean;
}

/** The stages of the line. Those that do I/O throw `ObserveError` or `ApplyError`. */
export interface Stages {
  readonly owner: Owner;
  readonly open: () => Promise<Opening>;
  /** False: nobody is asked for workloads, and that none were observed says nothing of them. */
  readonly looks: boolean;
  /** @param isRouted whether this owner claims a backend in that id */
  readonly observe: (isRouted: (id: ShortId) => boolean) => Promise<readonly Workload[]>;
  readonly desire: (input: Seen) => Desired;
  /** Reads vhosts that the opening did not bring. */
  readonly read: (vhosts: readonly string[]) => Promise<ReadonlyMap<string, ObservedFrontend>>;
  readonly diff: Diff;
  readonly guard: (plan: Plan, input: GuardSubject) => GuardDecision;
  /** null: this run only looks. */
  readonly apply: ((plan: Plan) => Promise<ApplyResult>) | null;
}

/** What was seen of both sides. */
export interface Seen extends Pick<DesireInput, 'workloads' | 'claimed'> {
  readonly opening: Opening;
}

/** What the guard judges a plan by, besides the plan. */
export interface GuardSubject {
  /** Milliseconds, Redis' clock. */
  readonly redisNow: number;
  readonly workloads: readonly Workload[];
  readonly drains: Drains;
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
}

/** All that a pass saw, wanted and did. */
export interface Pass {
  readonly result: Exclude<PassResult, 'failed'>;
  readonly opening: Opening;
  /** See `looks` of the stages. */
  readonly hasLooked: boolean;
  readonly workloads: readonly Workload[];
  readonly desired: Desired;
  readonly frontends: ReadonlyMap<string, ObservedFrontend>;
  /** What differed, before the guard. */
  readonly plan: Plan;
  readonly decision: GuardDecision;
  readonly applied: ApplyResult | null;
  /** Vhosts that were left alone because of what stands in Redis, seen by the plan or by the write. */
  readonly faults: readonly Fault[];
  /** The frontends as this pass leaves them. */
  readonly after: ReadonlyMap<string, ObservedFrontend>;
}

/** A pass that has ended, for whoever wants to know. */
export interface EndedPass {
  readonly result: PassResult;
  readonly durationMs: number;
  readonly reasons: ReadonlySet<TriggerReason>;
  /** null: it failed. */
  readonly pass: Pass | null;
  /** The good one before, which knew the workloads that are gone now; null: none. */
  readonly before: Pass | null;
}

/**
 * ONE pass: observe, desire, diff, guard, apply. Redis comes first and with it the epoch, so that a write
 * never rests on a list of containers that is older than a newer pass's.
 *
 * @throws ObserveError if Redis or Docker could not be read in full; nothing was written
 * @throws ApplyError if a write failed; its outcome is unknown, the next pass reads it
 */
export async function reconcile(stages: Stages): Promise<Pass> {
  const { owner } = stages;
  const opening = await stages.open();
  const claimed = ownClaims(owner, opening.frontends);
  const workloads = await stages.observe(routedIn(claimed));
  const desired = stages.desire({ workloads, claimed, opening });
  const missing = [...desired.frontends.keys()].filter((vhost) => !opening.frontends.has(vhost));
  const frontends =
    missing.length === 0
      ? opening.frontends
      : new Map([...opening.frontends, ...(await stages.read(missing))]);
  const unknown = workloads.filter(({ kind }) => kind !== 'known').map(({ name }) => name);
  const { epoch, now, drains } = opening;
  const plan = stages.diff({
    owner,
    epoch,
    now,
    desired: desired.frontends,
    observed: frontends,
    unknown,
  });
  const decision = stages.guard(plan, { redisNow: now, workloads, drains, frontends });
  const isIdle = stages.apply === null || decision.plan.changes.length === 0;
  const applied = isIdle ? null : await stages.apply(decision.plan);
  const result = resultOf(decision, applied);
  const written = applied?.kind === 'applied' ? decision.plan.changes : [];
  const after = afterwards(frontends, written, { owner, now });
  const faults = [...plan.faults, ...(applied?.results ?? []).filter((r) => r.kind === 'fault')];
  return {
    result,
    opening,
    hasLooked: stages.looks,
    workloads,
    desired,
    frontends,
    plan,
    decision,
    applied,
    faults,
    after,
  };
}

function resultOf(decision: GuardDecision, applied: ApplyResult | null): Pass['result'] {
  if (applied?.kind === 'fenced') return 'fenced';
  if (decision.putOff.length > 0) return 'refused';
  return applied === null ? 'in_sync' : 'applied';
}
