import {
  BACKEND_OWNERS,
  type BackendOwner,
  type ObservedFrontend,
  VERDICTS,
} from '../model/frontend.ts';
import type { Owner } from '../model/ids.ts';
import { ownedBackends } from '../model/ownership.ts';
import type { Pass } from '../reconcile.ts';
import type { Metrics } from '../telemetry/metrics.ts';

type BackendCounts = Readonly<Record<BackendOwner, number>>;

/** Writes what a pass did into the metrics; see `createPassRecorder`. */
export interface PassRecorder {
  /** @param propagationMs from the oldest event to the write; null if no event led to one */
  record(pass: Pass, propagationMs: number | null): void;
}

/** Remembers counts of unchanged frontends, which are the identical objects of the pass before. */
export function createPassRecorder(metrics: Metrics): PassRecorder {
  const counted = new WeakMap<ObservedFrontend, BackendCounts>();
  let last: Pass | null = null;
  const countsOf = (frontend: ObservedFrontend, owner: Owner): BackendCounts => {
    const known = counted.get(frontend);
    if (known !== undefined) return known;
    const counts = { self: 0, other: 0, foreign: 0 };
    for (const backend of ownedBackends(frontend, owner)) counts[backend.owner] += 1;
    counted.set(frontend, counts);
    return counts;
  };
  const recordRoutes = (pass: Pass) => {
    const totals = { self: 0, other: 0, foreign: 0 };
    for (const frontend of pass.after.values()) {
      if (!frontend.claims.has(pass.plan.owner)) continue;
      const counts = countsOf(frontend, pass.plan.owner);
      for (const owner of BACKEND_OWNERS) totals[owner] += counts[owner];
    }
    for (const owner of BACKEND_OWNERS) metrics.routes(owner, totals[owner]);
  };
  return {
    record(pass, propagationMs) {
      if (last?.after !== pass.after) recordRoutes(pass);
      if (last?.desired !== pass.desired) recordVerdicts(metrics, pass);
      last = pass;
      recordChanges(metrics, pass, propagationMs);
    },
  };
}

function recordVerdicts(metrics: Metrics, { desired }: Pass): void {
  const totals = new Map(VERDICTS.map((verdict) => [verdict, 0]));
  for (const { verdict } of desired.verdicts) totals.set(verdict, (totals.get(verdict) ?? 0) + 1);
  for (const [verdict, total] of totals) metrics.containers(verdict, total);
}

function recordChanges(metrics: Metrics, { applied }: Pass, propagationMs: number | null): void {
  if (applied === null) return;
  for (const { kind } of applied.results) {
    if (kind !== 'none' && kind !== 'fault') metrics.changes(kind);
  }
  if (applied.kind !== 'applied') return;
  metrics.deadMarksMoved.inc(applied.marksMoved);
  if (propagationMs !== null) metrics.propagation.observe(propagationMs / 1_000);
}
