import { pino } from 'pino';
import type { Change, ChangeKind } from '../../../src/model/plan.ts';
import type { Pass } from '../../../src/reconcile.ts';

/** URL to the short ids of the containers behind it, once for each copy. */
type Backends = Readonly<Record<string, readonly string[]>>;

/** A change of one frontend from these backends to those, all of them ours; null: no such frontend. */
export function change(
  kind: ChangeKind,
  vhost: string,
  from: Backends | null,
  to: Backends | null,
): Change {
  const entries = (backends: Backends) =>
    Object.entries(backends).flatMap(([url, ids]) => ids.map(() => url));
  const snapshot = (backends: Backends | null) =>
    backends === null ? null : { identifier: vhost, entries: entries(backends) };
  return {
    kind,
    vhost,
    before: snapshot(from),
    after: snapshot(to),
    claimBefore: { backends: new Map(Object.entries(from ?? {})), heldSince: null },
    write: {
      vhost,
      identifier: vhost,
      backends: Object.entries(to ?? {}).map(([url, ids]) => ({ url, ids })),
      asked: true,
    },
  } as unknown as Change;
}

/** A pass that did all of this, of which telemetry reads no more. Ids of containers to their names. */
export function passThatDid(
  changes: readonly Change[],
  names: Readonly<Record<string, string>> = {},
  done: readonly string[] = changes.map(({ vhost }) => vhost),
): Pass {
  const results = changes.map(({ vhost, kind }) => ({
    vhost,
    kind: done.includes(vhost) ? kind : 'none',
  }));
  return {
    workloads: Object.entries(names).map(([id, name]) => ({ id, name })),
    decision: { plan: { epoch: '7', changes } },
    applied: { kind: 'applied', results, marksMoved: 0 },
  } as unknown as Pass;
}

/** A log that keeps its lines. */
export function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { lines, log };
}
