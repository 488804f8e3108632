import { copiesOf, isSameList, snapshot } from '../../src/diff/decide.ts';
import { type Counts, layOut, type Place } from '../../src/diff/lay-out.ts';
import type { Claim, ObservedFrontend } from '../../src/model/frontend.ts';
import type { ChangeKind, FrontendEdit, ListSnapshot } from '../../src/model/plan.ts';

/** What an edit makes of one vhost. */
export interface EditDecision {
  readonly kind: Exclude<ChangeKind, 'claim' | 'release'> | 'none';
  readonly list: ListSnapshot;
  /** The entries of the list, with the slots that they had. */
  readonly places: readonly Place[];
  /** Entries that were to go, and stay because an owner claims them. */
  readonly spared: number;
}

const NOTHING: Counts = new Map();

/**
 * What a person's edit makes of one vhost, whose slots `marked` are marked dead. No owner's record changes:
 * what is added is foreign to all of them, and what is claimed goes only by force. Malformed claims count as none.
 *
 * The pure twin of `decide-edit.lua`; a law test holds them equal.
 */
export function decideEdit(
  observed: ObservedFrontend,
  edit: FrontendEdit,
  marked: ReadonlySet<number>,
): EditDecision {
  const before = snapshot(observed.list);
  const entries = before?.entries ?? [];
  const isForced = edit.kind !== 'add' && edit.force;
  const claims = isForced ? [] : readable(observed);
  const others = copiesOf(claims);
  const { mine, spared } = going(entries, edit, others);
  const desired: Counts =
    edit.kind === 'add' ? new Map([[edit.url, 1 - (others.get(edit.url) ?? 0)]]) : NOTHING;
  const places = layOut({ entries, mine, others, desired, marked });
  const isHeld = claims.some(({ heldSince }) => heldSince !== null);
  const isOver = !isHeld && (edit.kind === 'clear' || mine.size > 0);
  const identifier = before === null ? edit.identifier : before.identifier;
  const list =
    places.length > 0 || (before !== null && !isOver)
      ? { identifier, entries: places.map(({ url }) => url) }
      : null;
  return { kind: kindOf(before, list), list, places, spared };
}

/** The copies that are to go, and how many stay because they are claimed. */
function going(
  entries: readonly string[],
  edit: FrontendEdit,
  claimed: Counts,
): { readonly mine: Counts; readonly spared: number } {
  const mine = new Map<string, number>();
  let spared = 0;
  for (const url of new Set(entries)) {
    if (edit.kind === 'add' || (edit.kind === 'remove' && !edit.texts.includes(url))) continue;
    const present = entries.filter((entry) => entry === url).length;
    const stays = Math.min(present, claimed.get(url) ?? 0);
    if (present > stays) mine.set(url, present - stays);
    spared += stays;
  }
  return { mine, spared };
}

function readable({ claims }: ObservedFrontend): readonly Claim[] {
  return [...claims.values()].filter((claim) => claim !== 'malformed');
}

function kindOf(before: ListSnapshot, after: ListSnapshot): EditDecision['kind'] {
  if (isSameList(before, after)) return 'none';
  if (after === null) return 'delete';
  if (after.entries.length === 0) return 'hold';
  return before === null ? 'create' : 'update';
}
