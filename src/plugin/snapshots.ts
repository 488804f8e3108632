import type { Snapshot } from './event.ts';
import type { Pending } from './feed.ts';
import type { ProblemReport } from './problem-report.ts';
import { readState } from './snapshot.ts';

/** Fetches snapshots as they are needed. */
export interface Snapshots {
  /** Fetches one that is not older than now. */
  request(cause: Snapshot['cause']): void;
  close(): void;
}

/** Where from, and for whom. */
export interface SnapshotsOptions {
  /** `http://127.0.0.1:1338` */
  readonly base: string;
  /** Given at once what will be a snapshot, so that what happens meanwhile comes after it. */
  readonly push: (pending: Pending) => void;
  readonly report: ProblemReport;
}

/** Events wait for an answer that long at most. */
const DEADLINE_MS = 3_000;
/** A daemon that has just started has nothing to show yet: that is no problem. */
const TOLD_FAILURES = 3;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/** One fetch at a time; asked for during one, at most one more after. A failed one is tried again, for ever. */
export function createSnapshots({ base, push, report }: SnapshotsOptions): Snapshots {
  const closing = new AbortController();
  let isUnderWay = false;
  let next: Snapshot['cause'] | null = null;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;

  const fetchOne = async (cause: Snapshot['cause']): Promise<Snapshot | null> => {
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(DEADLINE_MS)]);
      const state = await readState(base, signal);
      failures = 0;
      report.clear('snapshot');
      return { kind: 'snapshot', name: 'snapshot', cause, ...state };
    } catch (thrown) {
      failures += 1;
      if (failures >= TOLD_FAILURES && !closing.signal.aborted) {
        report.tell('snapshot', problemOf(thrown));
      }
      return null;
    }
  };
  const request = (cause: Snapshot['cause']) => {
    clearTimeout(retry);
    next = cause;
    if (!isUnderWay) start(cause);
  };
  const start = (cause: Snapshot['cause']) => {
    isUnderWay = true;
    next = null;
    const snapshot = fetchOne(cause);
    push({ kind: 'pending', snapshot });
    void snapshot.then((found) => {
      isUnderWay = false;
      if (closing.signal.aborted) return;
      if (next !== null) start(next);
      else if (found === null) retry = setTimeout(request, retryMs(failures), cause);
    });
  };
  return {
    request,
    close() {
      clearTimeout(retry);
      closing.abort();
    },
  };
}

/** 0.5 s, 1 s, 2 s and so on. */
function retryMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
}

function problemOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return `no snapshot: ${message}; it is tried again. The option "http" says where autodock's HTTP port is, null does without`;
}
