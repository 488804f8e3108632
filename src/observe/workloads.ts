import type { ShortId } from '../model/ids.ts';
import type { Workload } from '../model/workload.ts';

/** How a reader looks. */
export interface LookOptions {
  /** How long to wait for what is under way; `Infinity` waits for all of it. */
  readonly patienceMs: number;
  /** Whether this owner claims a backend in that id. */
  readonly isRouted: (id: ShortId) => boolean;
}

/** One place that workloads come from. It may remember what it read, as long as losing that changes no answer. */
export interface Source {
  /**
   * All of them as they are now: the identical array and objects where nothing changed.
   *
   * @throws ObserveError `source-unreadable` if they cannot be told in full: unknown is not empty
   */
  observe(look: LookOptions): Promise<readonly Workload[]>;
}

/** Makes a source: each reader of workloads has one of its own. */
export type MakeSource = () => Source;

/**
 * All sources as one. If one of them fails, so does the whole: what it has would seem to be gone. The identical
 * array while each gives the array that it gave before.
 */
export function allOf(sources: readonly Source[]): Source {
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return only;
  let last: readonly (readonly Workload[])[] = [];
  let workloads: readonly Workload[] = [];
  return {
    async observe(look) {
      // All of them to their ends: the next pass must find none at work.
      const looks = await Promise.allSettled(sources.map((source) => source.observe(look)));
      const lists = looks.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
      const isUnchanged = lists.every((list, index) => list === last[index]);
      if (!isUnchanged) workloads = lists.flat();
      last = lists;
      return workloads;
    },
  };
}
