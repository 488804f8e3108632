import type { Logger } from 'pino';
import { type BackendChange, changeView } from '../diff/change-view.ts';
import { renderChange } from '../diff/render.ts';
import type { Change } from '../model/plan.ts';
import type { TriggerReason } from '../model/trigger.ts';
import type { Pass } from '../reconcile.ts';
import { appliedChanges } from './applied-changes.ts';
import { containerNames } from './container-names.ts';

/** A pass to be logged. */
export interface LoggedPass {
  readonly pass: Pass;
  /** The one before, which knew the containers that are gone now; null: there was none. */
  readonly before: Pass | null;
  readonly reasons: ReadonlySet<TriggerReason>;
}

/**
 * One line for each frontend that a pass changed, however many: what, for which containers, and why the pass ran.
 * It is the one record of them all, as the API keeps the last 200.
 */
export function logChanges(log: Logger, { pass, before, reasons }: LoggedPass): void {
  const done = appliedChanges(pass);
  if (done.length === 0) return;
  const { epoch } = pass.decision.plan;
  const told = { pass: epoch, triggers: [...reasons] };
  const names = containerNames(before, pass);
  for (const change of done) {
    log.info({ ...told, ...fieldsOf(change, names) }, 'Route changed');
  }
}

function fieldsOf(change: Change, names: ReadonlyMap<string, string>) {
  const { added, removed } = changeView(change);
  const ids = idsOf(change, [...added, ...removed]);
  return {
    change: change.kind,
    vhost: change.vhost,
    ...(added.length === 0 ? {} : { added: added.map(({ url }) => url) }),
    ...(removed.length === 0 ? {} : { removed: removed.map(({ url }) => url) }),
    // Of a container that nobody remembers there is its id alone.
    containers: ids.map((id) => names.get(id) ?? id),
    plan: renderChange(change),
  };
}

/** Those behind what comes and goes; where only the record changes, those that it is about from now on. */
function idsOf({ write }: Change, changes: readonly BackendChange[]): readonly string[] {
  const moved = changes.flatMap(({ containers }) => containers);
  const recorded = write.backends.flatMap(({ ids }): readonly string[] => ids);
  return [...new Set(moved.length > 0 ? moved : recorded)];
}
