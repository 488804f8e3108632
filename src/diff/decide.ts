import type { Claim, FrontendList, ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { ChangeKind, FrontendWrite, ListSnapshot } from '../model/plan.ts';
import { readableClaims } from '../model/readable-claim.ts';
import { type Counts, layOut, type Place } from './lay-out.ts';

/** Whose write it is, and when. */
export interface WriteContext {
  readonly owner: Owner;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  /** How long a vhost that lost its last backend is held; 0: not at all. */
  readonly holdMs: number;
}

/** Our claim after a write. `held-now`: held since the moment of the write; null: none. */
export type ClaimAfter = Claim | 'held-now' | null;

/** What a write makes of one vhost. */
export interface Decision {
  readonly kind: ChangeKind | 'none';
  readonly list: ListSnapshot;
  readonly claim: ClaimAfter;
  /** The entries of the list, with the slots that they had. */
  readonly places: readonly Place[];
}

type Outcome = Omit<Decision, 'kind'>;

/** The claims of one vhost, seen from one owner. */
interface Sides {
  /** null: no claim. */
  readonly mine: Claim | null;
  readonly others: readonly Claim[];
}

const NO_COPIES: Counts = new Map();

/**
 * What a write makes of one vhost, whose slots `marked` are marked dead. Malformed claims count as none.
 *
 * The pure twin of `decide.lua`; a law test holds them equal.
 */
export function decide(
  observed: ObservedFrontend,
  write: FrontendWrite,
  context: WriteContext,
  marked: ReadonlySet<number>,
): Decision {
  const before = snapshot(observed.list);
  const sides = sidesOf(observed, context.owner);
  const places = layOut({
    entries: before?.entries ?? [],
    mine: sides.mine === null ? NO_COPIES : copiesOf([sides.mine]),
    others: copiesOf(sides.others),
    desired: new Map(write.backends.map(({ url, ids }) => [url, ids.length])),
    marked,
  });
  const outcome =
    places.length === 0
      ? emptyOutcome(before, sides, write, context)
      : backedOutcome(before, places, write);
  const kind = kindOf(before, sides.mine, outcome);
  const isRecordOnly = kind === 'none' && asksOtherwise(observed, write, context.owner, outcome);
  return { kind: isRecordOnly ? 'claim' : kind, ...outcome };
}

/** Whether fronts are asked for something else than before, where we claim the vhost. */
function asksOtherwise(
  { options }: ObservedFrontend,
  write: FrontendWrite,
  owner: Owner,
  { claim }: Outcome,
): boolean {
  return (
    claim !== null && write.options !== undefined && write.options !== (options?.get(owner) ?? '')
  );
}

/** A list as it was read; null also for what is not a list. */
export function snapshot(list: FrontendList): ListSnapshot {
  return list.kind === 'list' ? { identifier: list.identifier, entries: list.entries } : null;
}

function sidesOf(frontend: ObservedFrontend, owner: Owner): Sides {
  const readable = readableClaims(frontend);
  return {
    mine: readable.find(([name]) => name === owner)?.[1] ?? null,
    others: readable.filter(([name]) => name !== owner).map(([, claim]) => claim),
  };
}

function backedOutcome(
  before: ListSnapshot,
  places: readonly Place[],
  write: FrontendWrite,
): Outcome {
  const identifier = before === null ? write.identifier : before.identifier;
  const list = { identifier, entries: places.map(({ url }) => url) };
  return { list, claim: write.backends.length > 0 ? claimOf(write) : null, places };
}

/**
 * A list without any URL: held while a container asks for it or the hold lasts, else it goes. A hold that began ahead
 * of the clock (which was set back, or is another server's) counts as from now.
 */
function emptyOutcome(
  before: ListSnapshot,
  sides: Sides,
  write: FrontendWrite,
  context: WriteContext,
): Outcome {
  const identifier = before === null ? write.identifier : before.identifier;
  const list = { identifier, entries: [] };
  const { mine } = sides;
  const isHeld = mine !== null && mine.heldSince !== null && mine.heldSince <= context.now;
  if (write.asked) return { list, claim: isHeld ? mine : 'held-now', places: [] };
  if (before === null) return { list: null, claim: null, places: [] };
  const hold = holdOf(mine, context);
  if (hold !== null) return { list, claim: hold, places: [] };
  return { list: mayGo(sides) ? null : list, claim: null, places: [] };
}

/** The claim by which a vhost that nobody asks for stays held a while; null: it is not, or no longer. */
function holdOf(mine: Claim | null, { now, holdMs }: WriteContext): ClaimAfter {
  if (mine === null) return null;
  const { heldSince, backends } = mine;
  if (heldSince !== null && heldSince <= now) return now < heldSince + holdMs ? mine : null;
  return holdMs > 0 && (heldSince !== null || backends.size > 0) ? 'held-now' : null;
}

/** An empty list goes only if it was ours, and while no other owner holds it. */
function mayGo({ mine, others }: Sides): boolean {
  const wasOurs = mine !== null && (mine.backends.size > 0 || mine.heldSince !== null);
  return wasOurs && others.every(({ heldSince }) => heldSince === null);
}

function kindOf(before: ListSnapshot, mine: Claim | null, after: Outcome): ChangeKind | 'none' {
  if (!isSameList(before, after.list)) {
    if (after.list === null) return 'delete';
    if (after.list.entries.length === 0) return 'hold';
    return before === null ? 'create' : 'update';
  }
  if (after.claim === null) return mine === null ? 'none' : 'release';
  return after.claim !== 'held-now' && isSameClaim(mine, after.claim) ? 'none' : 'claim';
}

/** How many copies of each URL these claims are about. */
export function copiesOf(claims: readonly Claim[]): Counts {
  const counts = new Map<string, number>();
  for (const { backends } of claims) {
    for (const [url, ids] of backends) counts.set(url, (counts.get(url) ?? 0) + ids.length);
  }
  return counts;
}

function claimOf({ backends }: FrontendWrite): Claim {
  return { backends: new Map(backends.map(({ url, ids }) => [url, ids])), heldSince: null };
}

/** Whether two lists are the same, slot for slot. */
export function isSameList(a: ListSnapshot, b: ListSnapshot): boolean {
  if (a === null || b === null) return a === b;
  return a.identifier === b.identifier && isSameSequence(a.entries, b.entries);
}

function isSameClaim(a: Claim | null, b: Claim): boolean {
  if (a === null || a.heldSince !== b.heldSince || a.backends.size !== b.backends.size) {
    return false;
  }
  return [...a.backends].every(([url, ids]) => isSameSequence(ids, b.backends.get(url) ?? []));
}

function isSameSequence(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
