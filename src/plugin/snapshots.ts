import type { Snapshot } from './event.ts';
import type { Feed, Pending } from './feed.ts';
import type { ProblemReport } from './problem-report.ts';
import { readState, type State } from './snapshot.ts';

/** Fetches snapshots for the feeds that need one. */
export interface Snapshots {
  /** Gives one that is not older than now to these feeds, as soon as there is one. */
  request(cause: Snapshot['cause'], feeds: Iterable<Feed>): void;
  /** A change is told: an answer that is under way may not know of it. */
  outdate(): void;
  /** Nobody listens to this feed any more. */
  forget(feed: Feed): void;
  close(): void;
}

/** Where from. */
export interface SnapshotsOptions {
  /** `http://127.0.0.1:1338` */
  readonly base: string;
  readonly report: ProblemReport;
}

/** Events wait for an answer that long at most. */
const DEADLINE_MS = 3_000;
/** A daemon that has just started has nothing to show yet, which is as it should be. */
const TOLD_FAILURES = 3;
/** Between the starts of two fetches, and a random part more, so that many plugins do not come at once. */
const SPACING_MS = 1_000;
const JITTER_MS = 500;
const LONGEST_RETRY_MS = 10_000;

type Causes = Map<Feed, Snapshot['cause']>;

/** What the feeds that ask now will get by the next fetch. */
interface Promised {
  readonly state: Promise<State | null>;
  readonly keep: (state: State | null) => void;
}

interface Work extends SnapshotsOptions {
  readonly closing: AbortController;
  /** Who gets the next one. */
  waiting: Causes;
  /** Who gets the one under way; null: none is. */
  asking: Causes | null;
  promised: Promised | null;
  timer: NodeJS.Timeout | null;
  /** Milliseconds of `performance.now`. */
  notBefore: number;
  failures: number;
  isOutdated: boolean;
}

/**
 * One fetch at a time, and no more than one in a second, whatever is asked for: all who asked meanwhile share
 * the next. A failed one is tried again for ever, after 1 s, 2 s, 4 s ... 10 s. Events of a feed wait while the
 * first attempt is under way, no longer: a later one gives its snapshot once it has it, or, if a change was told
 * meanwhile of which the snapshot may not know, lets them wait for one more.
 */
export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const work: Work = {
    ...options,
    closing: new AbortController(),
    waiting: new Map(),
    asking: null,
    promised: null,
    timer: null,
    notBefore: Number.NEGATIVE_INFINITY,
    failures: 0,
    isOutdated: false,
  };
  return {
    request(cause, feeds) {
      if (work.closing.signal.aborted) return;
      for (const feed of feeds) enlist(work, cause, feed);
      plan(work);
    },
    outdate() {
      work.isOutdated = true;
    },
    forget(feed) {
      work.waiting.delete(feed);
      work.asking?.delete(feed);
    },
    close() {
      work.closing.abort();
      clearTimeout(work.timer ?? undefined);
      work.promised?.keep(null);
    },
  };
}

/**
 * Who begins waits from now on, and so does who is too slow, as it would lose its place to what comes meanwhile;
 * others wait when the fetch begins, and nobody while fetches fail.
 */
function enlist(work: Work, cause: Snapshot['cause'], feed: Feed): void {
  work.waiting.set(feed, cause);
  if (waitsAtOnce(cause) && work.failures === 0) feed.push(pending(work, cause));
}

function waitsAtOnce(cause: Snapshot['cause']): boolean {
  return cause === 'start' || cause === 'slow';
}

function pending(work: Work, cause: Snapshot['cause']): Pending {
  work.promised ??= promise();
  return { kind: 'pending', cause, state: work.promised.state };
}

function plan(work: Work): void {
  if (work.timer !== null || work.asking !== null || work.waiting.size === 0) return;
  const waitMs = work.notBefore - performance.now();
  const start = () => {
    work.timer = null;
    if (work.waiting.size > 0) void fetchOne(work);
  };
  if (waitMs > 0) work.timer = setTimeout(start, waitMs);
  else start();
}

async function fetchOne(work: Work): Promise<void> {
  const asking = work.waiting;
  for (const [feed, cause] of work.failures === 0 ? asking : []) {
    if (!waitsAtOnce(cause)) feed.push(pending(work, cause));
  }
  const { promised, closing } = work;
  Object.assign(work, { asking, waiting: new Map(), promised: null, isOutdated: false });
  work.notBefore = performance.now() + SPACING_MS + Math.random() * JITTER_MS;
  const state = await read(work);
  promised?.keep(state);
  work.asking = null;
  if (closing.signal.aborted) return;
  if (state === null) postpone(work, asking);
  else if (promised === null) resume(work, asking, state);
  plan(work);
}

async function read({ base, closing, report, failures }: Work): Promise<State | null> {
  try {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(DEADLINE_MS)]);
    const state = await readState(base, signal);
    report.clear('snapshot');
    return state;
  } catch (thrown) {
    const isTold = failures + 1 >= TOLD_FAILURES && !closing.signal.aborted;
    if (isTold) report.tell('snapshot', problemOf(thrown));
    return null;
  }
}

/** All who asked wait on, and their events no longer. */
function postpone(work: Work, asking: Causes): void {
  work.waiting = new Map([...asking, ...work.waiting]);
  work.promised?.keep(null);
  work.promised = null;
  work.failures += 1;
  const backoffMs = SPACING_MS * 2 ** Math.min(work.failures - 1, 10);
  const retryMs = Math.min(LONGEST_RETRY_MS, backoffMs) + Math.random() * JITTER_MS;
  work.notBefore = Math.max(work.notBefore, performance.now() + retryMs);
}

/** Fetches succeed again. */
function resume(work: Work, asking: Causes, state: State): void {
  const waiting = work.isOutdated ? new Map([...asking, ...work.waiting]) : work.waiting;
  work.failures = 0;
  for (const [feed, cause] of waiting) enlist(work, cause, feed);
  if (work.isOutdated) return;
  for (const [feed, cause] of asking) {
    // Who asks again gets a newer one.
    if (!work.waiting.has(feed)) {
      feed.push({ kind: 'pending', cause, state: Promise.resolve(state) });
    }
  }
}

function promise(): Promised {
  let keep: Promised['keep'] = () => undefined;
  const state = new Promise<State | null>((resolve) => {
    keep = resolve;
  });
  return { state, keep };
}

function problemOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return `no snapshot: ${message}; it is tried again. The option "http" says where autodock's HTTP port is, null does without`;
}
