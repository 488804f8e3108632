import { addressOf } from '../model/backend-url.ts';
import type { Claim, DesiredBackend, ObservedFrontend } from '../model/frontend.ts';
import type { BackendUrl, ShortId } from '../model/ids.ts';
import type { Change, Plan } from '../model/plan.ts';
import { readableClaim } from '../model/readable-claim.ts';
import { planChange } from './diff.ts';
import type { PredictContext } from './predict.ts';

/** When a plan removes so much that it is put off first. */
export interface GuardSettings {
  readonly minDeletes: number;
  /** Of the vhosts in which we claim a backend; 100 turns the guard off. */
  readonly maxDeletePercent: number;
  readonly confirmAfterMs: number;
}

/** What the guard remembers: monotonic milliseconds of the first refusal, null while it does not refuse. */
export interface GuardState {
  readonly refusingSince: number | null;
}

/** Address to the containers that have it. */
export type Holders = ReadonlyMap<string, ReadonlySet<ShortId>>;

/** What a plan is judged by. */
export interface GuardInput {
  readonly state: GuardState;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly observed: ReadonlyMap<string, ObservedFrontend>;
  readonly context: PredictContext;
  /** Container addresses as they are now, to the containers that have them; asked for only when it refuses. */
  readonly holders: () => Holders;
  /** Who was told to stop, by the engine's own word, or is drained; asked for only when it may refuse. */
  readonly calledOff: () => ReadonlySet<string>;
}

/** The plan to apply, and what of it was put off. */
export interface GuardDecision {
  readonly plan: Plan;
  readonly putOff: readonly Change[];
  readonly state: GuardState;
}

/**
 * A brake against an engine that tells the truth about the wrong thing (another data root, a lost list):
 * when a plan takes our last backend from many vhosts at once, those removals wait for a pass that still
 * wants as many after `confirmAfterMs`. The rest of the plan is applied. What goes because it was told to stop, or
 * was drained by its name, rests on no list, and is neither counted nor put off.
 */
export function guard(plan: Plan, settings: GuardSettings, input: GuardInput): GuardDecision {
  const removals = uncalledFor(plan, settings, input);
  if (!isTooMuch(removals.size, settings, input)) {
    return { plan, putOff: [], state: { refusingSince: null } };
  }
  const refusingSince = input.state.refusingSince ?? input.now;
  const state = { refusingSince };
  if (input.now - refusingSince >= settings.confirmAfterMs) return { plan, putOff: [], state };
  const holders = input.holders();
  const kept = plan.changes.map((change) =>
    removals.has(change) ? withoutWhatWaits(change, holders, input) : change,
  );
  const changes = kept.filter((change) => change !== null);
  const putOff = plan.changes.filter((change) => !changes.includes(change));
  return { plan: { ...plan, changes }, putOff, state };
}

/** The removals of our last backend, without those that are too few to ask, or of containers alone that were called off. */
function uncalledFor(plan: Plan, settings: GuardSettings, input: GuardInput): ReadonlySet<Change> {
  const removals = plan.changes.filter(takesOurLast);
  if (!isTooMuch(removals.length, settings, input)) return new Set();
  const calledOff = input.calledOff();
  const isCalledFor = ({ claimBefore }: Change) =>
    [...claimBefore.backends.values()].every((ids) => areAll(ids, calledOff));
  return new Set(removals.filter((change) => !isCalledFor(change)));
}

function areAll(ids: readonly string[], calledOff: ReadonlySet<string>): boolean {
  return ids.every((id) => calledOff.has(id));
}

function takesOurLast({ kind, claimBefore, write }: Change): boolean {
  const isWritten = kind === 'delete' || kind === 'hold' || kind === 'update';
  return isWritten && claimBefore.backends.size > 0 && write.backends.length === 0;
}

function isTooMuch(
  removals: number,
  settings: GuardSettings,
  { observed, context }: GuardInput,
): boolean {
  const claimed = () =>
    [...observed.values()].filter(
      (frontend) => (readableClaim(frontend, context.owner)?.backends.size ?? 0) > 0,
    ).length;
  return isMassRemoval(removals, claimed, settings);
}

/**
 * Whether taking an owner's last backend from so many vhosts is too much at once.
 *
 * @param claimed in how many vhosts it claims a backend; asked for only where it decides
 */
export function isMassRemoval(
  removals: number,
  claimed: () => number,
  { minDeletes, maxDeletePercent }: GuardSettings,
): boolean {
  if (maxDeletePercent >= 100 || removals < minDeletes) return false;
  return removals * 100 > claimed() * maxDeletePercent;
}

/** The change without the removals that can wait; null if all of it can. */
function withoutWhatWaits(change: Change, holders: Holders, input: GuardInput): Change | null {
  const observed = input.observed.get(change.vhost);
  const backends = waiting(change.claimBefore, holders, input.calledOff());
  if (backends.length === change.claimBefore.backends.size || observed === undefined) return null;
  const { vhost, identifier } = change.write; // what it asks of fronts stays as it is
  const write = { vhost, identifier, backends, asked: false };
  const step = planChange(observed, write, input.context);
  return step === null || 'problem' in step ? null : step;
}

/**
 * Never among them: a backend whose address another container has now, as it would serve the wrong one; nor that of
 * one that was called off.
 */
function waiting(
  claim: Claim,
  holders: Holders,
  calledOff: ReadonlySet<string>,
): readonly DesiredBackend[] {
  return [...claim.backends]
    .filter(([url, ids]) => {
      if (areAll(ids, calledOff)) return false;
      const now = holders.get(addressOf(url) ?? '') ?? new Set<string>();
      return [...now].every((id) => ids.includes(id));
    })
    .map(([url, ids]) => ({ url: url as BackendUrl, ids: ids as readonly ShortId[] }));
}
