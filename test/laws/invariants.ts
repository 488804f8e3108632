import { otherSpellings } from '../../src/model/backend-url.ts';
import type { ObservedFrontend } from '../../src/model/frontend.ts';
import type { FrontendWrite } from '../../src/model/plan.ts';
import type { ModelApply } from './model.ts';
import { isFault, observe, type World, WRONG } from './world.ts';

/** What may have become of one URL of a vhost that is written. */
export interface Copies {
  readonly there: number;
  /** Claimed by the writer and there. */
  readonly mine: number;
  readonly foreign: number;
  readonly othersClaim: number;
  readonly wanted: number;
  /** It is another spelling of a wanted URL, so that foreign copies of it may be taken for that. */
  readonly isAdoptable: boolean;
}

/** The least and the most copies that may stand there after a write. */
export type Bounds = (copies: Copies) => readonly [least: number, most: number];

/** Wanted copies are there, ours that are not wanted are gone, all others stay. */
const AS_WANTED: Bounds = ({ there, mine, foreign, othersClaim, wanted, isAdoptable }) => {
  const kept = there - Math.max(0, mine - wanted);
  const due = wanted === 0 ? kept : Math.max(kept, wanted + othersClaim);
  return [isAdoptable ? due - foreign : due, due];
};

/** Ours that are not wanted are gone, and nothing is added. */
export const REMOVALS: Bounds = ({ there, mine, wanted }) => {
  const due = there - Math.max(0, mine - wanted);
  return [due, due];
};

/**
 * What must hold between two moments with one apply between them, counted without any layout of slots. Gives
 * a sentence for each breach.
 */
export function breaches(
  before: World,
  after: World,
  input: ModelApply,
  bounds: Bounds = AS_WANTED,
): readonly string[] {
  const written = new Map(input.writes.map((write) => [write.vhost, write]));
  const isFenced = before.scores.get(input.owner) !== input.epoch;
  const vhosts = new Set([...before.lists.keys(), ...after.lists.keys()]);
  return [...vhosts].flatMap((vhost) => {
    const write = written.get(vhost);
    if (write === undefined || isFenced || isFault(before, observe(before, vhost, input.owner))) {
      const isSame =
        JSON.stringify(before.lists.get(vhost)) === JSON.stringify(after.lists.get(vhost));
      return isSame ? [] : [`${vhost} was touched`];
    }
    // Whether it is left alone depends on the claim to be, which the model tells.
    if (before.options.get(vhost) === WRONG && (write.options ?? '') !== '') return [];
    return [
      ...countsAreWrong(before, after, input, { write, bounds }),
      ...marksAreWrong(before, after, vhost),
      ...identifierIsWrong(before, after, vhost),
    ];
  });
}

/** Every URL stands there as often as it should, whatever its slot. */
function countsAreWrong(
  before: World,
  after: World,
  { owner }: ModelApply,
  { write, bounds }: { readonly write: FrontendWrite; readonly bounds: Bounds },
): readonly string[] {
  const { vhost, backends } = write;
  const wantedOf = new Map<string, number>(backends.map(({ url, ids }) => [url, ids.length]));
  const adoptable = new Set([...wantedOf.keys()].flatMap(otherSpellings));
  const urls = [...entriesOf(before, vhost), ...entriesOf(after, vhost), ...wantedOf.keys()];
  return [...new Set(urls)].flatMap((url) => {
    const there = copiesIn(before, vhost, url);
    const seen = observe(before, vhost, owner);
    const iClaim = claimed(seen, url, (name) => name === owner);
    const othersClaim = claimed(seen, url, (name) => name !== owner);
    const [least, most] = bounds({
      there,
      mine: Math.max(0, Math.min(there - othersClaim, iClaim)),
      foreign: Math.max(0, there - othersClaim - iClaim),
      othersClaim,
      wanted: wantedOf.get(url) ?? 0,
      isAdoptable: adoptable.has(url),
    });
    const is = copiesIn(after, vhost, url);
    const isRight = is >= least && is <= most;
    return isRight ? [] : [`${vhost} has ${is} times ${url} instead of ${least} to ${most}`];
  });
}

function claimed(
  { claims }: ObservedFrontend,
  url: string,
  isMeant: (owner: string) => boolean,
): number {
  let copies = 0;
  for (const [owner, claim] of claims) {
    if (isMeant(owner) && claim !== 'malformed') copies += claim.backends.get(url)?.length ?? 0;
  }
  return copies;
}

function copiesIn(world: World, vhost: string, url: string): number {
  return entriesOf(world, vhost).filter((entry) => entry === url).length;
}

/** Who was there first has named the frontend. */
function identifierIsWrong(before: World, after: World, vhost: string): readonly string[] {
  const [was, is] = [identifierOf(before, vhost), identifierOf(after, vhost)];
  const isKept = was === undefined || is === undefined || was === is;
  return isKept ? [] : [`${vhost} has another identifier`];
}

/** A backend has a dead mark only if one of its text, or one adopted for it, had it before. */
export function marksAreWrong(before: World, after: World, vhost: string): readonly string[] {
  const was = markedUrls(before, vhost);
  return [...markedUrls(after, vhost)].flatMap(([url, marks]) => {
    const spellings = [url, ...otherSpellings(url)];
    const had = spellings.reduce((sum, text) => sum + (was.get(text) ?? 0), 0);
    return marks <= had ? [] : [`${vhost} marks ${url} ${marks} times, and it was ${had} before`];
  });
}

function markedUrls(world: World, vhost: string): ReadonlyMap<string, number> {
  const marks = world.dead.get(vhost);
  const members = marks === undefined || marks === WRONG ? [] : marks.members;
  const counts = new Map<string, number>();
  entriesOf(world, vhost).forEach((url, slot) => {
    if (members.includes(String(slot))) counts.set(url, (counts.get(url) ?? 0) + 1);
  });
  return counts;
}

function entriesOf(world: World, vhost: string): readonly string[] {
  const list = world.lists.get(vhost);
  return list === undefined || list === WRONG ? [] : list.slice(1);
}

function identifierOf(world: World, vhost: string): string | undefined {
  const list = world.lists.get(vhost);
  return list === WRONG ? undefined : list?.[0];
}
