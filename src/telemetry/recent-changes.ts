import { type BackendChange, changeView } from '../diff/change-view.ts';
import type { Change, ChangeKind } from '../model/plan.ts';
import type { TriggerReason } from '../model/trigger.ts';
import type { Pass } from '../reconcile.ts';
import { appliedChanges } from './applied-changes.ts';
import { containerNames } from './container-names.ts';

/** One frontend that a pass changed, for people. */
export interface RecentChange {
  /** Counts all changes since the start, from 1. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: ChangeKind;
  readonly vhost: string;
  /** Why the pass ran. */
  readonly triggers: readonly TriggerReason[];
  readonly added: readonly ChangedBackend[];
  readonly removed: readonly ChangedBackend[];
  /** How many backends beyond those were added or removed. */
  readonly more: number;
}

interface ChangedBackend {
  readonly url: string;
  readonly copies: number;
  /** Names; of a container that nobody remembers the short id. */
  readonly containers: readonly string[];
}

/** The last changes, in memory alone: lost with a restart, as the log is not. */
export interface RecentChanges {
  /** Keeps what a pass did. `before`: the pass before, which knew the containers that are gone now. */
  record(pass: Pass, before: Pass | null, reasons: ReadonlySet<TriggerReason>): void;
  /** Newest first. */
  list(): readonly RecentChange[];
  /** How many there were since the start. */
  total(): number;
}

const CHANGES_KEPT = 200;
const BACKENDS_KEPT = 20;

/** @param wallClock milliseconds since 1970 */
export function createRecentChanges(wallClock: () => number): RecentChanges {
  let kept: readonly RecentChange[] = [];
  let total = 0;
  return {
    record(pass, before, reasons) {
      const done = appliedChanges(pass);
      if (done.length === 0) return;
      const told = { at: new Date(wallClock()).toISOString(), triggers: [...reasons] };
      const names = containerNames(before, pass);
      total += done.length;
      const fresh = done
        .slice(-CHANGES_KEPT)
        .reverse()
        .map((change, index) => ({ number: total - index, ...told, ...viewOf(change, names) }));
      kept = [...fresh, ...kept].slice(0, CHANGES_KEPT);
    },
    list: () => kept,
    total: () => total,
  };
}

function viewOf(change: Change, names: ReadonlyMap<string, string>) {
  const { added, removed } = changeView(change);
  const backendOf = ({ url, copies, containers }: BackendChange): ChangedBackend => ({
    url,
    copies,
    containers: containers.slice(0, BACKENDS_KEPT).map((id) => names.get(id) ?? id),
  });
  const more =
    Math.max(0, added.length - BACKENDS_KEPT) + Math.max(0, removed.length - BACKENDS_KEPT);
  return {
    kind: change.kind,
    vhost: change.vhost,
    added: added.slice(0, BACKENDS_KEPT).map(backendOf),
    removed: removed.slice(0, BACKENDS_KEPT).map(backendOf),
    more,
  };
}
