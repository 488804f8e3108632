import { otherSpellings } from '../../src/model/backend-url.ts';
import type { FrontendWrite } from '../../src/model/plan.ts';
import { type ModelApply, observe, type World, WRONG } from './model.ts';

/**
 * What must hold between two moments with one apply between them, counted without any layout of slots. Gives
 * a sentence for each breach.
 */
export function violations(before: World, after: World, input: ModelApply): readonly string[] {
  const written = new Map(input.writes.map((write) => [write.vhost, write]));
  const vhosts = new Set([...before.lists.keys(), ...after.lists.keys()]);
  return [...vhosts].flatMap((vhost) => {
    const write = written.get(vhost);
    const observed = observe(before, vhost);
    const isFault =
      observed.list.kind === 'wrong-type' || [...observed.claims.values()].includes('malformed');
    if (write === undefined || isFault || before.scores.get(input.owner) !== input.epoch) {
      return same(before.lists.get(vhost), after.lists.get(vhost)) ? [] : [`${vhost} was touched`];
    }
    return [
      ...countsAreWrong(before, after, write, input),
      ...marksAreWrong(before, after, write),
      ...((identifierOf(before, vhost) ?? identifierOf(after, vhost)) ===
      (identifierOf(after, vhost) ?? identifierOf(before, vhost))
        ? []
        : [`${vhost} has another identifier`]),
    ];
  });
}

/** Every URL stands there as often as the contract says, whatever its slot. */
function countsAreWrong(
  before: World,
  after: World,
  write: FrontendWrite,
  { owner }: ModelApply,
): readonly string[] {
  const { vhost, backends } = write;
  const { claims } = observe(before, vhost);
  const claimed = (url: string, isMine: boolean): number =>
    [...claims]
      .filter(([name]) => (name === owner) === isMine)
      .map(([, claim]) => (claim === 'malformed' ? 0 : (claim.backends.get(url)?.length ?? 0)))
      .reduce((sum, copies) => sum + copies, 0);
  const copies = (world: World, url: string): number =>
    entriesOf(world, vhost).filter((entry) => entry === url).length;
  const mine = (url: string): number =>
    Math.max(0, Math.min(copies(before, url) - claimed(url, false), claimed(url, true)));
  const wanted = new Map<string, number>(backends.map(({ url, ids }) => [url, ids.length]));
  const adoptable = new Set([...wanted.keys()].flatMap(otherSpellings));
  const urls = new Set([...entriesOf(before, vhost), ...entriesOf(after, vhost), ...wanted.keys()]);
  return [...urls].flatMap((url) => {
    const there = copies(before, url);
    const want = wanted.get(url) ?? 0;
    const kept = there - Math.max(0, mine(url) - want);
    const due = want === 0 ? kept : Math.max(kept, want + claimed(url, false));
    const foreign = Math.max(0, there - claimed(url, false) - claimed(url, true));
    const least = adoptable.has(url) ? due - foreign : due;
    const is = copies(after, url);
    const isRight = is >= least && is <= due;
    return isRight ? [] : [`${vhost} has ${is} times ${url} instead of ${least} to ${due}`];
  });
}

/** A backend has a dead mark only if one of its text, or one adopted for it, had it before. */
function marksAreWrong(before: World, after: World, { vhost }: FrontendWrite): readonly string[] {
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

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
