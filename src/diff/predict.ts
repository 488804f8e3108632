import { compareText } from '../model/compare.ts';
import type { Claim, FrontendList, ObservedFrontend } from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import type { ChangeKind, Fault, FrontendWrite, ListSnapshot } from '../model/plan.ts';
import { type Counts, layOut } from './lay-out.ts';

/** Whose write it is, and when. */
export interface PredictContext {
  readonly owner: Owner;
  /** Milliseconds, Redis' clock. */
  readonly now: number;
  /** How long a vhost that lost its last backend is held; 0: not at all. */
  readonly holdMs: number;
}

/** What a write would do. The key of a fault is named without the configured prefix. */
export type Prediction =
  | { readonly kind: 'none' }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: ChangeKind; readonly after: ListSnapshot };

/** The claims of one vhost, seen from one owner. */
interface Sides {
  /** null: no claim. */
  readonly mine: Claim | null;
  readonly others: readonly Claim[];
}

/** The list and our claim after a write. */
interface Outcome {
  readonly list: ListSnapshot;
  /** null: no claim. `held-now`: held since the moment of the write. */
  readonly claim: Claim | 'held-now' | null;
}

const NO_MARKS: ReadonlySet<number> = new Set();
const NO_COPIES: Counts = new Map();

/**
 * What apply would make of one vhost if the list and the claims were still as observed then. Dead marks are
 * not observed: where the weight of a marked backend drops, the slots can come out in another order.
 *
 * The pure twin of `decide` in `apply.lua`; a law test holds them equal.
 */
export function predict(
  observed: ObservedFrontend,
  write: FrontendWrite,
  context: PredictContext,
): Prediction {
  const fault = faultOf(observed);
  if (fault !== null) return { kind: 'fault', fault };
  const before = snapshot(observed.list);
  const sides = sidesOf(observed, context.owner);
  const outcome = outcomeOf(before, sides, write, context);
  const kind = kindOf(before, sides.mine, outcome);
  return kind === 'none' ? { kind } : { kind, after: outcome.list };
}

function faultOf({ vhost, list, claims }: ObservedFrontend): Fault | null {
  if (list.kind === 'wrong-type') {
    const problem = `holds a value of type ${list.type}, not a list`;
    return { vhost, key: `frontend:${vhost}`, problem };
  }
  const owners = [...claims].filter(([, claim]) => claim === 'malformed').map(([owner]) => owner);
  const [owner] = owners.sort(compareText);
  if (owner === undefined) return null;
  const problem = `its field ${vhost} is not a claim that autodock can read`;
  return { vhost, key: `autodock:owner:${owner}`, problem };
}

function snapshot(list: FrontendList): ListSnapshot {
  return list.kind === 'list' ? { identifier: list.identifier, entries: list.entries } : null;
}

function sidesOf({ claims }: ObservedFrontend, owner: Owner): Sides {
  const readable = [...claims].filter((entry): entry is [Owner, Claim] => entry[1] !== 'malformed');
  return {
    mine: readable.find(([name]) => name === owner)?.[1] ?? null,
    others: readable.filter(([name]) => name !== owner).map(([, claim]) => claim),
  };
}

function outcomeOf(
  before: ListSnapshot,
  sides: Sides,
  write: FrontendWrite,
  context: PredictContext,
): Outcome {
  const identifier = before === null ? write.identifier : before.identifier;
  const places = layOut({
    entries: before?.entries ?? [],
    mine: sides.mine === null ? NO_COPIES : copiesOf([sides.mine]),
    others: copiesOf(sides.others),
    desired: new Map(write.backends.map(({ url, ids }) => [url, ids.length])),
    marked: NO_MARKS,
  });
  if (places.length === 0) return emptyOutcome(before, sides, write, context);
  const list = { identifier, entries: places.map(({ url }) => url) };
  return { list, claim: write.backends.length > 0 ? claimOf(write) : null };
}

/** A list without any URL: held while a container asks for it or the hold lasts, else it goes. */
function emptyOutcome(
  before: ListSnapshot,
  sides: Sides,
  write: FrontendWrite,
  context: PredictContext,
): Outcome {
  const identifier = before === null ? write.identifier : before.identifier;
  const list = { identifier, entries: [] };
  const { mine } = sides;
  if (write.asked)
    return { list, claim: mine === null || mine.heldSince === null ? 'held-now' : mine };
  if (before === null) return { list: null, claim: null };
  const hold = holdOf(mine, context);
  if (hold !== null) return { list, claim: hold };
  return { list: mayGo(sides) ? null : list, claim: null };
}

/** The claim by which a vhost that nobody asks for stays held a while; null: it is not, or no longer. */
function holdOf(mine: Claim | null, { now, holdMs }: PredictContext): Claim | 'held-now' | null {
  if (mine === null) return null;
  if (mine.heldSince !== null) return now < mine.heldSince + holdMs ? mine : null;
  return mine.backends.size > 0 && holdMs > 0 ? 'held-now' : null;
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

function copiesOf(claims: readonly Claim[]): Counts {
  const counts = new Map<string, number>();
  for (const { backends } of claims) {
    for (const [url, ids] of backends) counts.set(url, (counts.get(url) ?? 0) + ids.length);
  }
  return counts;
}

function claimOf({ backends }: FrontendWrite): Claim {
  return { backends: new Map(backends.map(({ url, ids }) => [url, ids])), heldSince: null };
}

function isSameList(a: ListSnapshot, b: ListSnapshot): boolean {
  if (a === null || b === null) return a === b;
  return a.identifier === b.identifier && isSameSequence(a.entries, b.entries);
}

function isSameClaim(a: Claim | null, b: Claim): boolean {
  if (a === null || a.heldSince !== b.heldSince || a.backends.size !== b.backends.size)
    return false;
  return [...a.backends].every(([url, ids]) => isSameSequence(ids, b.backends.get(url) ?? []));
}

function isSameSequence(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
