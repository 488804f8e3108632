import { excuse, type Ledger, type Life, livesOf, type Side, wallClockOf } from './ledger.ts';
import { claimsFor, type Sample } from './sample.ts';

/** Something that must never be, seen in a sample. */
export interface Violation {
  /** The time of day. */
  readonly at: string;
  readonly invariant: number;
  /** The host, or the owner whose score it is. */
  readonly of: string;
  readonly what: string;
}

type Seen = Omit<Violation, 'at'>;

/** How late what must go went: milliseconds from when the engine's list was right and all was calm. */
export type OnLateness = (ms: number) => void;

/** Nothing here measures speed: beyond this something hangs. */
const STUCK_MS = 90_000;
const MARK_TTL_MS = 30_000;
/** Redis rounds what is left of a TTL to whole milliseconds. */
const TTL_ROUNDING_MS = 2;

/** Checks every sample against what is true; the numbers are those of the design's invariants. */
export function createChecker(ledger: Ledger, onLateness: OnLateness) {
  const scores = new Map<string, number>();
  return {
    /** The store lost its data: scores begin anew. */
    forgetScores: () => scores.clear(),
    check(sample: Sample): readonly Violation[] {
      const hosts = ledger.sides.flatMap((side) => side.hosts);
      const seen = [
        ...hosts.flatMap((host) => foreignStays(ledger, sample, host)),
        ...ledger.sides.flatMap((side) => ours(ledger, side, sample, onLateness)),
        ...hosts.flatMap((host) => nothingUnknown(ledger, sample, host)),
        ...hosts.flatMap((host) => marksStay(ledger, sample, host)),
        ...scoresRise(scores, sample),
      ];
      const at = new Date().toISOString();
      return seen.map((one) => ({ at, ...one }));
    },
  };
}

/** 1: foreign entries never change, other than in slot. */
function foreignStays(ledger: Ledger, sample: Sample, host: string): readonly Seen[] {
  const seen = new Map<string, number>();
  for (const url of sample.lists.get(host)?.slice(1) ?? []) seen.set(url, (seen.get(url) ?? 0) + 1);
  return [...(ledger.foreign.get(host) ?? [])]
    .filter(([url, copies]) => seen.get(url) !== copies)
    .map(([url, copies]) => ({
      invariant: 1,
      of: host,
      what: `${host}: foreign ${url} ${seen.get(url) ?? 0} times instead of ${copies}`,
    }));
}

/** 2, 3 and 8, for each life of one side. */
function ours(ledger: Ledger, side: Side, sample: Sample, onLateness: OnLateness): readonly Seen[] {
  const claims = sample.claims.get(side.owner);
  const score = sample.scores.get(side.owner) ?? 0;
  const taken = new Set<string>();
  const violations: Seen[] = [];
  for (const life of side.lives) {
    const isClaimed = claimsFor(claims?.get(life.host), life.url, life.shortId);
    const isThere = isClaimed && sample.lists.get(life.host)?.includes(life.url, 1) === true;
    if (isThere && life.endingAt === null) taken.add(life.url);
    // What strangers take from the list is not gone while it is claimed: the next pass decides.
    const isShown = isThere || (isClaimed && life.endingAt !== null);
    violations.push(...judge(ledger, life, { isShown, score, ...sample }, onLateness));
  }
  return [...violations, ...servedForTheDead(side, taken, sample)];
}

/** 3: a URL stands for a container that has ended, and for the one that has its address now. */
function servedForTheDead(side: Side, taken: ReadonlySet<string>, sample: Sample): readonly Seen[] {
  return [...side.lives]
    .filter(
      ({ endedAt, absentSince }) =>
        endedAt !== null && absentSince === null && endedAt < sample.from,
    )
    .filter(({ url }) => taken.has(url))
    .map(({ host, url, name }) => ({
      invariant: 3,
      of: host,
      what: `${host}: ${url} is served for ${name}, which has ended, and for its new owner`,
    }));
}

/** Of a sample: whether a life's route is there, and when the last pass began, in milliseconds of the epoch. */
interface Shown extends Pick<Sample, 'from' | 'to'> {
  readonly isShown: boolean;
  readonly score: number;
}

function judge(ledger: Ledger, life: Life, shown: Shown, onLateness: OnLateness): readonly Seen[] {
  if (life.endingAt === null) return mustStay(ledger, life, shown);
  if (life.endedAt === null || life.endedAt > shown.from) return [];
  const lateSince = Math.max(life.endedAt, ledger.calmSince);
  if (shown.isShown) return mustGo(life, shown.from - lateSince);
  life.absentSince ??= shown.from;
  if (life.goneSince !== null || shown.score <= wallClockOf(life.endedAt)) return [];
  life.goneSince = shown.to;
  onLateness(Math.max(0, life.absentSince - lateSince));
  return [];
}

/** 2: what runs is in every sample after its first appearance. */
function mustStay(ledger: Ledger, life: Life, { isShown, score, to }: Shown): readonly Seen[] {
  const isOwn = life.againAt === null || score > life.againAt;
  if (isShown && isOwn && !ledger.isStoreInDoubt) life.seenSince ??= to;
  if (isShown || life.seenSince === null) return [];
  excuse(ledger, life.host);
  const what = `${life.host}: ${life.url} of ${life.name} is missing while it runs`;
  return [{ invariant: 2, of: life.host, what }];
}

/** 3: what has ended goes. 8: what is gone does not come back, for that would be an old list written late. */
function mustGo(life: Life, lateMs: number): readonly Seen[] {
  const { host, url, name, goneSince } = life;
  life.absentSince = null;
  const what = `${host}: ${url} of ${name}, which has ended`;
  if (goneSince !== null) return [{ invariant: 8, of: host, what: `${what}, is back` }];
  return lateMs < STUCK_MS ? [] : [{ invariant: 3, of: host, what: `${what}, stays` }];
}

/** 4, in part: nobody but the containers and strangers of the ledger has an entry. */
function nothingUnknown(ledger: Ledger, sample: Sample, host: string): readonly Seen[] {
  const known = new Set([
    ...livesOf(ledger, host).map(({ url }) => url),
    ...(ledger.foreign.get(host)?.keys() ?? []),
    ...((ledger.starting.get(host) ?? 0) > 0 ? (sample.lists.get(host) ?? []) : []),
  ]);
  return (sample.lists.get(host)?.slice(1) ?? [])
    .filter((url) => !known.has(url))
    .map((url) => ({ invariant: 4, of: host, what: `${host}: nobody asked for ${url}` }));
}

/** 5: a mark stays with its backend, and no TTL grows. */
function marksStay(ledger: Ledger, sample: Sample, host: string): readonly Seen[] {
  const marks = ledger.marks.get(host);
  const there = sample.marks.get(host);
  if (marks === undefined) return [];
  const urls = sample.lists.get(host)?.slice(1) ?? [];
  const marked = (there?.slots ?? []).map((slot) => urls[Number(slot)] ?? `slot ${slot}`);
  const wrong = marked.filter((url) => !marks.has(url));
  const setAt = Math.max(0, ...[...marks.values()].map((mark) => mark.setAt));
  const longestMs = MARK_TTL_MS - (sample.from - setAt) + TTL_ROUNDING_MS;
  const lost = [...marks].filter(
    ([url, mark]) =>
      !marked.includes(url) &&
      sample.to < mark.setFrom + MARK_TTL_MS &&
      livesOf(ledger, host).some(
        ({ url: own, endingAt, seenSince }) =>
          own === url && endingAt === null && seenSince !== null && seenSince <= mark.setAt,
      ),
  );
  const grows = there !== undefined && (there.ttlMs < 0 || there.ttlMs > longestMs);
  return [
    ...wrong.map((url) => ({
      invariant: 5,
      of: host,
      what: `${host}: the mark of another is at ${url}`,
    })),
    ...lost.map(([url]) => ({
      invariant: 5,
      of: host,
      what: `${host}: the mark of ${url} is lost`,
    })),
    ...(grows ? [{ invariant: 5, of: host, what: `${host}: a TTL of ${there.ttlMs} ms` }] : []),
  ];
}

/** 8, as far as scores tell: no pass begins behind another one of its owner. */
function scoresRise(scores: Map<string, number>, sample: Sample): readonly Seen[] {
  const violations: Seen[] = [];
  for (const [owner, score] of sample.scores) {
    if (score < (scores.get(owner) ?? 0)) {
      violations.push({ invariant: 8, of: owner, what: `the score of ${owner} fell to ${score}` });
    }
    scores.set(owner, score);
  }
  return violations;
}
