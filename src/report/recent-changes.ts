import {
  BACKENDS_TOLD,
  CHANGES_TOLD,
  type ChangedBackend,
  type ShownChange,
} from '../answers/changes.ts';
import { type BackendChange, changeView } from '../diff/change-view.ts';
import type { Change } from '../model/plan.ts';
import type { TriggerReason } from '../model/trigger.ts';
import type { Pass } from '../reconcile.ts';
import { appliedChanges } from './applied-changes.ts';
import { containerNames } from './container-names.ts';

/** The last changes, in memory alone: lost with a restart, as the log is not. */
export interface RecentChanges {
  /** Keeps what a pass did. `before`: the pass before, which knew the containers that are gone now. */
  record(pass: Pass, before: Pass | null, reasons: ReadonlySet<TriggerReason>): void;
  /** Newest first. */
  list(): readonly ShownChange[];
  /** How many there were since the start. */
  total(): number;
}

/** @param wallClock milliseconds since 1970 */
export function createRecentChanges(wallClock: () => number): RecentChanges {
  let kept: readonly ShownChange[] = [];
  let total = 0;
  return {
    record(pass, before, reasons) {
      const done = appliedChanges(pass);
      if (done.length === 0) return;
      const told = { at: new Date(wallClock()).toISOString(), triggers: [...reasons] };
      const names = containerNames(before, pass);
      total += done.length;
      const fresh = done
        .slice(-CHANGES_TOLD)
        .reverse()
        .map((change, index) => ({ number: total - index, ...told, ...viewOf(change, names) }));
      kept = [...fresh, ...kept].slice(0, CHANGES_TOLD);
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
    containers: containers.slice(0, BACKENDS_TOLD).map((id) => names.get(id) ?? id),
  });
  const more =
    Math.max(0, added.length - BACKENDS_TOLD) + Math.max(0, removed.length - BACKENDS_TOLD);
  return {
    kind: change.kind,
    vhost: change.vhost,
    added: added.slice(0, BACKENDS_TOLD).map(backendOf),
    removed: removed.slice(0, BACKENDS_TOLD).map(backendOf),
    more,
  };
}
