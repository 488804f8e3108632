import { otherSpellings } from '../model/backend-url.ts';

/** URL to a number of copies. */
export type Counts = ReadonlyMap<string, number>;

/** One list as it is, whose its copies are, and what this owner wants in it. */
export interface LayOutInput {
  /** The URLs of the list, slot 0 first. */
  readonly entries: readonly string[];
  /** What this owner claims; it may exceed what is there. */
  readonly mine: Counts;
  /** What all other owners claim together. */
  readonly others: Counts;
  /** What this owner wants. New URLs are placed in this order. */
  readonly desired: Counts;
  /** Slots that a proxy marked dead: of equal copies those without a mark go first. */
  readonly marked: ReadonlySet<number>;
}

/** One entry of the list to be. */
export interface Place {
  readonly url: string;
  /** The slot that it had before (its dead mark moves with it); null: new. */
  readonly from: number | null;
}

type SlotRow = (Place | null)[];
type Slots = ReadonlyMap<string, readonly number[]>;

/**
 * Decides which URL stands in which slot: desired URLs present, ours that are no longer desired gone, all
 * others untouched but for their slot. Survivors keep their slots where they can, new URLs fill the lowest
 * holes, then our own last survivors do, and only where none is left what follows moves up.
 *
 * The pure twin of `lay-out.lua`; a law test holds them equal.
 */
export function layOut(input: LayOutInput): readonly Place[] {
  const slots = slotsByUrl(input.entries);
  const row: SlotRow = input.entries.map((url, from) => ({ url, from }));
  for (const slot of surplus(input, slots)) row[slot] = null;
  const added = adopt(row, input, slots);
  fillHoles(row, added);
  moveUp(row, input.desired);
  return row.filter((place) => place !== null);
}

function slotsByUrl(entries: readonly string[]): Slots {
  const slots = new Map<string, number[]>();
  entries.forEach((url, slot) => {
    const known = slots.get(url);
    if (known === undefined) slots.set(url, [slot]);
    else known.push(slot);
  });
  return slots;
}

/** The slots of our copies that are no longer desired. Of equal copies the last ones are ours. */
function surplus({ mine, others, desired, marked }: LayOutInput, slots: Slots): readonly number[] {
  return [...mine].flatMap(([url, claimed]) => {
    const copies = slots.get(url) ?? [];
    const owned = Math.max(0, Math.min(copies.length - (others.get(url) ?? 0), claimed));
    const lastFirst = copies.slice(copies.length - owned).reverse();
    const unmarkedFirst = [
      ...lastFirst.filter((slot) => !marked.has(slot)),
      ...lastFirst.filter((slot) => marked.has(slot)),
    ];
    return unmarkedFirst.slice(0, Math.max(0, owned - (desired.get(url) ?? 0)));
  });
}

/**
 * Counts what is missing of each desired URL. Foreign copies of the same text count as present; foreign
 * copies in another spelling are rewritten in their slot, lowest first. Returns what has to be added.
 */
function adopt(
  row: SlotRow,
  { mine, others, desired }: LayOutInput,
  slots: Slots,
): readonly string[] {
  const foreign = (url: string): number =>
    (slots.get(url)?.length ?? 0) - (others.get(url) ?? 0) - (mine.get(url) ?? 0);
  return [...desired].flatMap(([url, wanted]) => {
    const missing = wanted + (others.get(url) ?? 0) - (slots.get(url)?.length ?? 0);
    if (missing <= 0) return [];
    const adopted = otherSpellings(url)
      .flatMap((text) => standing(row, slots.get(text)).slice(0, Math.max(0, foreign(text))))
      .sort((a, b) => a - b)
      .slice(0, missing);
    for (const slot of adopted) row[slot] = { url, from: slot };
    return Array<string>(missing - adopted.length).fill(url);
  });
}

function standing(row: SlotRow, slots: readonly number[] = []): readonly number[] {
  return slots.filter((slot) => row[slot] !== null);
}

function fillHoles(row: SlotRow, urls: readonly string[]): void {
  let slot = 0;
  for (const url of urls) {
    while (slot < row.length && row[slot] !== null) slot++;
    row[slot] = { url, from: null };
  }
}

/** Puts our own last survivors into the lowest holes. What holes remain, the caller closes. */
function moveUp(row: SlotRow, desired: Counts): void {
  const ours = oursIn(row, desired);
  let hole = 0;
  for (let last = row.length - 1; last > hole; last--) {
    if (!ours.has(last)) continue;
    while (hole < last && row[hole] !== null) hole++;
    if (hole === last) return;
    row[hole] = row[last] ?? null;
    row[last] = null;
  }
}

/** The slots of our copies: of equal copies the last ones. */
function oursIn(row: SlotRow, desired: Counts): ReadonlySet<number> {
  const left = new Map(desired);
  const ours = new Set<number>();
  for (let slot = row.length - 1; slot >= 0; slot--) {
    const place = row[slot];
    const copies = place ? (left.get(place.url) ?? 0) : 0;
    if (!place || copies === 0) continue;
    left.set(place.url, copies - 1);
    ours.add(slot);
  }
  return ours;
}
