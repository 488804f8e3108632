import type { AppliedVhost } from '../../src/apply/reply.ts';
import { type ClaimAfter, type Decision, decide } from '../../src/diff/decide.ts';
import { parseClaim, writeClaim } from '../../src/model/claim-text.ts';
import { compareText } from '../../src/model/compare.ts';
import type { ObservedFrontend } from '../../src/model/frontend.ts';
import type { Owner } from '../../src/model/ids.ts';
import { lookupOrder } from '../../src/model/lookup.ts';
import type { FrontendWrite } from '../../src/model/plan.ts';
import { type Asker, ask, asksAfter, strayAskers } from './model-options.ts';
import { fieldsOf, isFault, listOf, markedSlots, observe, type World, WRONG } from './world.ts';

/** Stands in a claim for the time at which the script ran. */
export const NOW = '{"held":NOW}';

export interface ModelApply {
  readonly owner: Owner;
  readonly epoch: string;
  readonly holdMs: number;
  readonly now: number;
  /** Nothing may grow. Default: false. */
  readonly removalsOnly?: boolean;
  /** Sorted by vhost. */
  readonly writes: readonly FrontendWrite[];
}

export type ModelResult =
  | { readonly kind: 'fenced' }
  | {
      readonly kind: 'applied';
      readonly kinds: readonly AppliedVhost['kind'][];
      readonly marksMoved: number;
    };

interface Job {
  readonly vhost: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly claim: string | undefined;
  readonly places: Decision['places'];
}

type AskingJob = Job & Asker;

/** One apply on the model: what apply.lua must do, by the planner's own slot layout. Changes the world. */
export function applyToModel(world: World, input: ModelApply): ModelResult {
  if (world.scores.get(input.owner) !== input.epoch) return { kind: 'fenced' };
  const kinds: AppliedVhost['kind'][] = [];
  const jobs: AskingJob[] = [];
  for (const write of input.writes) {
    const observed = observe(world, write.vhost, input.owner);
    if (isFault(world, observed)) {
      kinds.push('fault');
      continue;
    }
    const had = fieldsOf(world, input.owner).get(write.vhost);
    const { options, ...lists } = write;
    const { decision, job } = plan(world, observed, lists, input);
    const asking = asksAfter(world, input, { vhost: write.vhost, options, claim: job.claim });
    if (asking === 'fault') {
      kinds.push('fault');
      continue;
    }
    const strays = strayAskers(world, observed, input.owner);
    jobs.push({ ...job, asking, strays });
    kinds.push(kindOf(decision, { ...job, asking, strays }, had));
  }
  let marksMoved = 0;
  for (const job of jobs) {
    tell(world, input, job);
    ask(world, input.owner, job);
    marksMoved += write(world, input.owner, job);
  }
  return { kind: 'applied', kinds, marksMoved };
}

/** A claim that says the same in other words is written anew. */
function kindOf(
  { kind }: Decision,
  { claim, asking }: AskingJob,
  had: string | undefined,
): Decision['kind'] {
  if (kind !== 'none' || (claim === had && asking === 'as it is')) return kind;
  return claim === undefined ? 'release' : 'claim';
}

function plan(
  world: World,
  observed: ObservedFrontend,
  write: FrontendWrite,
  input: ModelApply,
): { readonly decision: Decision; readonly job: Job } {
  const { vhost } = write;
  const had = fieldsOf(world, input.owner).get(vhost);
  const isShort = input.removalsOnly === true;
  const feasible = isShort ? onlyPresent(write, observed, input.owner) : write;
  const decision = decide(observed, feasible, input, markedSlots(world, vhost));
  const job = jobOf(feasible, decision, had, listOf(world, vhost));
  return { decision, job: isShort ? withoutGrowth(job, feasible, had) : job };
}

/** Without memory to grow: only as many of the wanted copies as stand there and are ours already. */
function onlyPresent(
  write: FrontendWrite,
  { list, claims }: ObservedFrontend,
  owner: Owner,
): FrontendWrite {
  const entries = list.kind === 'list' ? list.entries : [];
  const backends = write.backends.flatMap(({ url, ids }) => {
    const copies = (isMeant: (name: Owner) => boolean): number =>
      [...claims]
        .filter(([name]) => isMeant(name))
        .map(([, claim]) => (claim === 'malformed' ? 0 : (claim.backends.get(url)?.length ?? 0)))
        .reduce((sum, n) => sum + n, 0);
    const others = copies((name) => name !== owner);
    const present = entries.filter((entry) => entry === url).length - others;
    const owned = Math.max(
      0,
      Math.min(
        present,
        copies((name) => name === owner),
        ids.length,
      ),
    );
    return owned === 0 ? [] : [{ url, ids: ids.slice(0, owned) }];
  });
  return { ...write, backends, asked: write.asked && list.kind === 'list' };
}

/** Where nothing may grow, no claim begins, and one that stays as it is keeps its text. */
function withoutGrowth(job: Job, { backends }: FrontendWrite, had: string | undefined): Job {
  if (had === undefined) return { ...job, claim: undefined };
  const claim = parseClaim(had);
  const isSame =
    claim !== 'malformed' &&
    claim.backends.size === backends.length &&
    backends.every(({ url, ids }) => claim.backends.get(url)?.length === ids.length);
  return isSame && backends.length > 0 ? { ...job, claim: had } : job;
}

function jobOf(
  write: FrontendWrite,
  { list, claim, places }: Decision,
  had: string | undefined,
  before: readonly string[],
): Job {
  const after = list === null ? [] : [list.identifier, ...list.entries];
  return { vhost: write.vhost, before, after, claim: textOf(claim, write, had), places };
}

function textOf(
  claim: ClaimAfter,
  { backends }: FrontendWrite,
  had: string | undefined,
): string | undefined {
  if (claim === null) return undefined;
  if (claim === 'held-now') return NOW;
  return claim.heldSince === null ? writeClaim(backends) : had;
}

/** Brings the index up to date with the claims as they will be. */
function tell(world: World, { owner, removalsOnly }: ModelApply, { vhost, claim }: Job): void {
  const members = world.told.get(vhost) ?? [];
  if (members === WRONG) return;
  const rest = members.filter((name) => {
    const isStale = world.scores.has(name) && !fieldsOf(world, name).has(vhost);
    return name !== owner && !isStale;
  });
  const isTold = members.includes(owner) || removalsOnly !== true;
  const after = claim !== undefined && isTold ? [...rest, owner].sort(compareText) : rest;
  if (after.length === 0) world.told.delete(vhost);
  else world.told.set(vhost, after);
}

function write(world: World, owner: Owner, job: Job): number {
  const { vhost, claim } = job;
  const claims = fieldsOf(world, owner);
  if (claim === undefined) claims.delete(vhost);
  else claims.set(vhost, claim);
  if (claims.size === 0) world.claims.delete(owner);
  else world.claims.set(owner, claims);
  return writeList(world, job);
}

/** The list and the marks of one vhost; how many marks moved. */
export function writeList(
  world: World,
  { vhost, before, after, places }: Omit<Job, 'claim'>,
): number {
  if (before.length === after.length && before.every((item, i) => item === after[i])) return 0;
  const hosts = [vhost, ...(vhost.startsWith('*') ? answeredBy(world, vhost) : [])];
  if (after.length === 0) world.lists.delete(vhost);
  else world.lists.set(vhost, after);
  const kept = before.length === 0 ? [] : places;
  return hosts.reduce((moved, host) => moved + moveMarks(world, host, kept), 0);
}

/** Hosts with marks for which nothing more exact than this wildcard answers. */
function answeredBy(world: World, wildcard: string): readonly string[] {
  return [...world.dead.keys()].filter((host) => {
    const answers = lookupOrder(host).find((vhost) => vhost === wildcard || world.lists.has(vhost));
    return host !== wildcard && answers === wildcard;
  });
}

function moveMarks(world: World, host: string, places: Decision['places']): number {
  const marks = world.dead.get(host);
  if (marks === undefined || marks === WRONG) return 0;
  const survivors = places.flatMap(({ from }, slot) =>
    from !== null && marks.members.includes(String(from)) ? [{ from, slot }] : [],
  );
  if (survivors.length === 0) world.dead.delete(host);
  else {
    world.dead.set(host, {
      ...marks,
      members: survivors.map(({ slot }) => String(slot)).sort(compareText),
    });
  }
  return survivors.filter(({ from, slot }) => from !== slot).length;
}
