import { compareText } from '../model/compare.ts';
import type { Claim, DesiredFrontend, ObservedFrontend } from '../model/frontend.ts';
import type { Epoch, Owner, Vhost } from '../model/ids.ts';
import { ownedBackends } from '../model/ownership.ts';
import type { Change, Fault, FrontendWrite, Plan } from '../model/plan.ts';
import { readableClaim } from '../model/readable-claim.ts';
import { snapshot } from './decide.ts';
import { type PredictContext, predict } from './predict.ts';

/** What a plan is made of: both sides, and whose plan it is. */
export interface DiffInput {
  readonly owner: Owner;
  readonly epoch: Epoch | null;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  readonly desired: ReadonlyMap<Vhost, DesiredFrontend>;
  /** Every vhost that is desired or that this owner claims. */
  readonly observed: ReadonlyMap<string, ObservedFrontend>;
  /** Names of containers that could not be read. */
  readonly unknown: readonly string[];
}

/** The rules that a plan follows. */
export interface DiffSettings {
  readonly holdMs: number;
  /** `upsert-only`: frontends are never deleted nor held, our last backends stay. */
  readonly policy: 'sync' | 'upsert-only';
  /** Stands before the keys that faults name, as it does in Redis. */
  readonly keyPrefix: string;
}

/** Computes plans; see `createDiff`. */
export type Diff = (input: DiffInput) => Plan;

/** What was found for one vhost, and the objects that it was computed from. */
interface Finding {
  readonly observed: ObservedFrontend;
  readonly desired: DesiredFrontend | undefined;
  /** null: in sync. */
  readonly step: Change | Fault | null;
  readonly foreign: readonly string[];
}

const NO_CLAIM: Claim = { backends: new Map(), heldSince: null };

/**
 * What would have to change, as sorted, plain data. A vhost whose observed and desired objects are the
 * identical ones of the last time, and that was in sync then, is not computed again; nor is anything if
 * all of them are.
 */
export function createDiff(settings: DiffSettings): Diff {
  let quiet: Quiet | null = null;
  let inSync: ReadonlyMap<string, Finding> = new Map();
  return (input) => {
    const { owner, epoch, unknown } = input;
    if (quiet?.input.desired === input.desired && quiet.input.observed === input.observed) {
      return { ...quiet.plan, epoch, unknown };
    }
    const findings = concerned(input).map((vhost) => {
      const observed = input.observed.get(vhost) ?? absent(vhost);
      const desired = input.desired.get(vhost as Vhost);
      const known = inSync.get(vhost);
      const isUnchanged = known?.observed === observed && known.desired === desired;
      return isUnchanged ? known : find(observed, desired, input, settings);
    });
    const lasting = findings.filter(isLasting);
    inSync = new Map(lasting.map((finding) => [finding.observed.vhost, finding]));
    const plan = { owner, epoch, unknown, ...sumUp(findings) };
    quiet = lasting.length === findings.length ? { input, plan } : null;
    return plan;
  };
}

/** All of a plan that found nothing to do, nor will while its input is the same. */
interface Quiet {
  readonly input: DiffInput;
  readonly plan: Plan;
}

/** In sync, and not by a hold: that ends by time alone, so that a vhost that nobody asks for is always computed. */
function isLasting({ step, desired }: Finding): boolean {
  return step === null && desired !== undefined;
}

function sumUp(findings: readonly Finding[]): Pick<Plan, 'changes' | 'faults' | 'foreign'> {
  const steps = findings.flatMap(({ step }) => (step === null ? [] : [step]));
  return {
    changes: steps.filter((step): step is Change => 'kind' in step),
    faults: steps.filter((step): step is Fault => 'problem' in step),
    foreign: findings.flatMap(({ foreign }) => foreign),
  };
}

function find(
  observed: ObservedFrontend,
  desired: DesiredFrontend | undefined,
  { owner, now, unknown }: DiffInput,
  { holdMs, policy, keyPrefix }: DiffSettings,
): Finding {
  const isHeld = unknown.length > 0 && holds(observed, owner);
  const write = writeFor(observed.vhost, desired, { policy, isHeld });
  const planned = write === null ? null : planChange(observed, write, { owner, now, holdMs });
  const isFault = planned !== null && 'problem' in planned;
  const step = isFault ? { ...planned, key: keyPrefix + planned.key } : planned;
  const foreign = ownedBackends(observed, owner)
    .filter((backend) => backend.owner === 'foreign')
    .map(({ url }) => `${observed.vhost} ${url}`);
  return { observed, desired, step, foreign };
}

/** Every vhost that is desired or claimed, sorted. What is desired comes sorted. */
function concerned({ desired, observed, owner }: DiffInput): readonly string[] {
  const wanted: readonly string[] = [...desired.keys()];
  const claimed = [...observed.values()]
    .filter(({ vhost, claims }) => claims.has(owner) && !desired.has(vhost as Vhost))
    .map(({ vhost }) => vhost);
  return claimed.length === 0 ? wanted : [...wanted, ...claimed].sort(compareText);
}

function absent(vhost: string): ObservedFrontend {
  return { vhost, list: { kind: 'absent' }, claims: new Map() };
}

/** A held claim names no container, so that each unknown container may be the one that asks for the vhost. */
function holds(frontend: ObservedFrontend, owner: Owner): boolean {
  const heldSince = readableClaim(frontend, owner)?.heldSince ?? null;
  return heldSince !== null && frontend.list.kind === 'list';
}

function writeFor(
  vhost: string,
  desired: DesiredFrontend | undefined,
  { policy, isHeld }: Pick<DiffSettings, 'policy'> & { readonly isHeld: boolean },
): FrontendWrite | null {
  const backends = desired?.backends ?? [];
  if (policy === 'upsert-only' && backends.length === 0) return null;
  const asked = (desired !== undefined || isHeld) && backends.length === 0;
  const options = desired === undefined ? '' : desired.options;
  const write = { vhost, identifier: desired?.identifier ?? vhost, backends, asked };
  return options === undefined ? write : { ...write, options };
}

/** The step that a write amounts to on what was observed; null: none. */
export function planChange(
  observed: ObservedFrontend,
  write: FrontendWrite,
  context: PredictContext,
): Change | Fault | null {
  const prediction = predict(observed, write, context);
  switch (prediction.kind) {
    case 'none':
      return null;
    case 'fault':
      return prediction.fault;
    default:
      return {
        kind: prediction.kind,
        vhost: write.vhost,
        before: snapshot(observed.list),
        after: prediction.after,
        claimBefore: readableClaim(observed, context.owner) ?? NO_CLAIM,
        write,
      };
  }
}
