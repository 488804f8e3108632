import type { Violation } from './invariants.ts';
import type { TrafficReport } from './traffic.ts';

/** What a soak saw. */
export interface SoakReport {
  readonly seed: number;
  /** Fault to how often it was survived. */
  readonly survived: ReadonlyMap<string, number>;
  readonly steps: { readonly containers: number; readonly strangers: number };
  /** Each of them was checked against all invariants. */
  readonly samples: number;
  readonly violations: readonly Violation[];
  /** Of each route that had to go: how long after the engine's list was right, and after the last fault. */
  readonly latenessMs: readonly number[];
  /** Of each round: how long after the engine's list was right all was as it should be. */
  readonly convergedMs: readonly number[];
  /** Resident memory of the controller after each round. */
  readonly memoryMib: readonly number[];
  readonly requests: TrafficReport;
}

const BUDGET_MS = 2_000;
const SHOWN = 20;
const STATUS_WORDS: Readonly<Record<number, string>> = {
  0: 'no answer',
  200: '200 of another container',
};

/** The report as people read it. */
export function renderReport(report: SoakReport): string {
  const { survived, steps, requests, latenessMs } = report;
  const sum = [...survived.values()].reduce((all, times) => all + times, 0);
  const late = latenessMs.filter((ms) => ms > BUDGET_MS).length;
  return [
    `seed ${report.seed}`,
    `${sum} faults survived`,
    ...[...survived].map(([name, times]) => `  ${String(times).padStart(4)}  ${name}`),
    `${steps.containers} steps of containers, ${steps.strangers} of strangers`,
    `${report.samples} samples, each checked against every invariant: ${report.violations.length} violations`,
    ...report.violations.slice(0, SHOWN).map(renderViolation),
    `${latenessMs.length} routes went, after ${spread(latenessMs)}; ${late} later than ${BUDGET_MS} ms`,
    `${report.convergedMs.length} rounds converged, after ${spread(report.convergedMs)}`,
    `memory of the controller: ${report.memoryMib.map((mib) => Math.round(mib)).join(', ')} MiB`,
    `${requests.sent} requests, ${requests.answered} answered, ${requests.sent - requests.answered} failed`,
    ...[...requests.failed].map(([cause, byStatus]) => `  ${cause}: ${renderStatuses(byStatus)}`),
    ...requests.unexplained.slice(0, SHOWN).map((seen) => `  unexplained: ${seen}`),
  ].join('\n');
}

/** One line, with when it was seen. */
export function renderViolation({ at, invariant, what }: Violation): string {
  return `  ${at}: invariant ${invariant}: ${what}`;
}

/** Whether everything held that must. */
export function isGood({ violations, requests }: SoakReport): boolean {
  return violations.length === 0 && requests.unexplained.length === 0;
}

function renderStatuses(byStatus: ReadonlyMap<number, number>): string {
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${times} × ${STATUS_WORDS[status] ?? status}`)
    .join(', ');
}

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return `${at(0.5)} ms (median), ${at(0.99)} ms (99 %), ${at(1)} ms (longest)`;
}
