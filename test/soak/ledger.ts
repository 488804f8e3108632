import { compareText } from '../../src/model/compare.ts';

/** From when on a thing holds: milliseconds of `performance.now()`. */
export type Moment = number;

/** One run of one container: from its start, with the address it then had, to its end. */
export interface Life {
  /** Twelve characters, as claims hold it. */
  readonly shortId: string;
  readonly name: string;
  readonly host: string;
  readonly url: string;
  /**
   * Of a container that has lived before: when the engine's list showed it again, in milliseconds of the epoch. A pass
   * that began earlier may have seen it dead, and what stands in Redis may be its former life's until one began later.
   */
  readonly againAt: number | null;
  /** When the first sample came that showed it, since it was last excused; null: none yet. */
  seenSince: Moment | null;
  /** When its server first took a connection; null: not yet, or it cannot be reached from here. */
  listensSince: Moment | null;
  /** When its end was asked for; from then on it may go. */
  endingAt: Moment | null;
  /** When the engine's own list no longer showed it, or when it was drained; from then on it must go. */
  endedAt: Moment | null;
  /** When the first sample after that came that did not show it, since it was last shown. */
  absentSince: Moment | null;
  /**
   * When the first of these came after a pass had begun after its end: from then on it must not come back. A pass
   * that began before may still write it.
   */
  goneSince: Moment | null;
  /** It asks for its host although it cannot be routed, so that the host is held where nobody else is. */
  isAsking: boolean;
  /** Somebody drained it, which a store that is lost forgets. */
  isDrained: boolean;
}

/** What one engine's controller is responsible for. */
export interface Side {
  readonly owner: string;
  readonly hosts: readonly string[];
  readonly lives: Set<Life>;
}

/** A dead mark that was set by the soak, as a proxy would. */
export interface Mark {
  /** Before it was sent, so that Redis can only have set it after. */
  readonly setFrom: Moment;
  /** After its reply, so that Redis can only have set it before. */
  readonly setAt: Moment;
}

/** What is true, and so what Redis may and must show. */
export interface Ledger {
  readonly sides: readonly Side[];
  /** Host to foreign URL to copies. */
  readonly foreign: Map<string, Map<string, number>>;
  /** Host to marked URL. */
  readonly marks: Map<string, Map<string, Mark>>;
  /** Host to the number of containers that start at this moment, whose addresses are not known yet. */
  readonly starting: Map<string, number>;
  /** While a fault of the store is made: what is missing is excused. */
  isStoreInDoubt: boolean;
  /** Until when the front may not have Redis back after a fault. */
  redisAwayUntil: Moment;
  /** When the last fault ended: lateness counts from there. */
  calmSince: Moment;
  /** When each host was last excused from showing its backends. */
  readonly excusedAt: Map<string, Moment>;
  /** All that the soak did, a line each with the time of day. */
  readonly journal: string[];
}

/** A ledger of nothing. */
export function openLedger(sides: readonly Side[]): Ledger {
  return {
    sides,
    foreign: new Map(),
    marks: new Map(),
    starting: new Map(),
    isStoreInDoubt: false,
    redisAwayUntil: Number.NEGATIVE_INFINITY,
    calmSince: performance.now(),
    excusedAt: new Map(),
    journal: [],
  };
}

/** Keeps what was done for whoever asks later how something came about. */
export function note(ledger: Ledger, what: string): void {
  ledger.journal.push(`${new Date().toISOString()} ${what}`);
}

/** A life that begins. */
export function newLife(
  { shortId, name }: { readonly shortId: string; readonly name: string },
  host: string,
  url: string,
  againAt: number | null = null,
): Life {
  return {
    shortId,
    name,
    host,
    url,
    againAt,
    seenSince: null,
    listensSince: null,
    endingAt: null,
    endedAt: null,
    absentSince: null,
    goneSince: null,
    isAsking: false,
    isDrained: false,
  };
}

/** Milliseconds of the epoch, by which passes are numbered. */
export function wallClockOf(moment: Moment): number {
  return Date.now() - (performance.now() - moment);
}

/**
 * All that the store held is lost: foreign entries and marks for good, ours until they are written again. Who was drained
 * may be routed from then on.
 */
export function loseStore(ledger: Ledger): void {
  ledger.foreign.clear();
  ledger.marks.clear();
  for (const life of ledger.sides.flatMap(({ lives }) => [...lives])) {
    if (life.isDrained) Object.assign(life, { endedAt: null, absentSince: null, goneSince: null });
  }
  for (const { hosts } of ledger.sides) for (const host of hosts) excuse(ledger, host);
}

/** Ours of this host may be missing until they are written again. */
export function excuse(ledger: Ledger, host: string): void {
  ledger.excusedAt.set(host, performance.now());
  for (const life of livesOf(ledger, host)) life.seenSince = null;
}

/** Every life of a host that has not come to its end everywhere. */
export function livesOf(ledger: Ledger, host: string): readonly Life[] {
  return ledger.sides.flatMap(({ lives }) => [...lives]).filter((life) => life.host === host);
}

/** The URLs that a host's list should hold when all is calm, sorted. */
export function expectedUrls(ledger: Ledger, host: string): readonly string[] {
  const ours = livesOf(ledger, host).filter(({ endingAt }) => endingAt === null);
  const foreign = [...(ledger.foreign.get(host) ?? [])].flatMap(([url, copies]) =>
    Array<string>(copies).fill(url),
  );
  return [...ours.map(({ url }) => url), ...foreign].sort(compareText);
}
