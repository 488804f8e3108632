import type { LastPass, ShownCondition, StatusAnswer } from '../answers/status.ts';
import { messageOf } from '../errors.ts';
import type { HostsSeen } from '../model/beat.ts';
import type { TriggerReason } from '../model/trigger.ts';
import type { Pass } from '../reconcile.ts';
import { createRecentChanges, type RecentChanges } from './recent-changes.ts';

/** Yes, or no and why. */
export type Readiness = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Whether something that is needed answers; `up` null: not tried yet. */
export type Condition = Omit<ShownCondition, 'up'> & { readonly up: boolean | null };

/**
 * What the controller knows of itself. Written by the app, read by HTTP; nothing in a pass depends on it. Times that
 * are told are kept as they are told, by the wall clock; nothing is measured by them.
 */
export interface Status {
  readonly conditions: Readonly<Record<Dependency, Condition>>;
  /** What Redis does when its memory is full; null: it does not tell, or is not reached. */
  evictionPolicy: string | null;
  /** Backends of others that lead to a container that does not ask for their host. */
  strays: StatusAnswer['strays'];
  /** Who else was there when this owner looked last; null: it has not yet. */
  hosts: HostsSeen | null;
  /** When a sign came through, milliseconds by Redis' clock; null: none did yet. */
  renewedAt: number | null;
  readonly lastPass: LastPass | null;
  /** What the last pass that did not fail saw and did. */
  readonly lastGood: Pass | null;
  readonly lastSuccessAt: StatusAnswer['lastSuccessAt'];
  readonly passes: number;
  /** What passes changed, the last 200 of them. */
  readonly changes: RecentChanges;
  condition(dependency: Dependency, up: boolean, error?: Error): void;
  passBegins(): void;
  passEnds(end: { pass: Pass } | { error: unknown }, reasons: ReadonlySet<TriggerReason>): void;
  /** Whether what is routed can be trusted to be right: `/readyz`. */
  ready(): Readiness;
  /** Whether the process does its work: `/healthz`. */
  healthy(): Readiness;
}

/** What the controller cannot work without, or only slowly (the event stream). */
export type Dependency = 'docker' | 'stream' | 'redis';

/** Clocks, and what readiness is measured by. */
export interface StatusOptions {
  /** Monotonic milliseconds: a wall clock that jumps makes nothing late. */
  readonly now: () => number;
  /** Milliseconds since 1970, for people. */
  readonly wallClock: () => number;
  /** A last good pass that is longer ago does not count as a sign of life. */
  readonly patienceMs: number;
}

const FAILING_LIMIT_MS = 10_000;
const STUCK_LIMIT_MS = 60_000;

/** Starts as "not ready: the first pass is not done". */
export function createStatus({ now, wallClock, patienceMs }: StatusOptions): Status {
  const time = () => new Date(wallClock()).toISOString();
  const unknown = (): Condition => ({ up: null, since: time(), error: null });
  const conditions = { docker: unknown(), stream: unknown(), redis: unknown() };
  const clock = createPassClock(now);
  const status = {
    conditions,
    evictionPolicy: null as string | null,
    strays: [] as StatusAnswer['strays'],
    hosts: null as HostsSeen | null,
    renewedAt: null as number | null,
    lastPass: null as LastPass | null,
    lastGood: null as Pass | null,
    lastSuccessAt: null as StatusAnswer['lastSuccessAt'],
    passes: 0,
    changes: createRecentChanges(wallClock),
    condition(dependency: Dependency, up: boolean, error?: Error) {
      const before = conditions[dependency];
      const since = before.up === up ? before.since : time();
      conditions[dependency] = { up, since, error: error === undefined ? null : error.message };
    },
    passBegins: () => clock.begin(),
    passEnds(end: { pass: Pass } | { error: unknown }, reasons: ReadonlySet<TriggerReason>) {
      const isGood = 'pass' in end;
      const durationMs = clock.end(isGood);
      status.passes += 1;
      status.lastPass = {
        at: time(),
        result: isGood ? end.pass.result : 'failed',
        durationMs,
        reasons: [...reasons],
        error: isGood ? null : messageOf(end.error),
      };
      if (!isGood) return;
      status.changes.record(end.pass, status.lastGood, reasons);
      status.lastGood = end.pass;
      status.lastSuccessAt = time();
    },
    ready: () => readiness(clock, status.lastPass, patienceMs),
    healthy: (): Readiness =>
      clock.underWayMs() > STUCK_LIMIT_MS
        ? { ok: false, reason: `a pass has been under way for ${seconds(clock.underWayMs())}` }
        : { ok: true },
  };
  return status;
}

type PassClock = ReturnType<typeof createPassClock>;

function createPassClock(now: () => number) {
  let beganAt: number | null = null;
  let succeededAt: number | null = null;
  let failingSince: number | null = null;
  const since = (moment: number | null) => (moment === null ? 0 : now() - moment);
  return {
    begin() {
      beganAt = now();
    },
    end(isGood: boolean): number {
      const durationMs = since(beganAt);
      failingSince = isGood ? null : (failingSince ?? now());
      if (isGood) succeededAt = now();
      beganAt = null;
      return durationMs;
    },
    underWayMs: () => since(beganAt),
    failingMs: () => since(failingSince),
    sinceSuccessMs: () => (succeededAt === null ? null : now() - succeededAt),
  };
}

function readiness(clock: PassClock, lastPass: LastPass | null, patienceMs: number): Readiness {
  const why = lastPass?.error == null ? '' : `: ${lastPass.error}`;
  const sinceSuccessMs = clock.sinceSuccessMs();
  if (sinceSuccessMs === null) return { ok: false, reason: `the first pass is not done yet${why}` };
  if (clock.failingMs() > FAILING_LIMIT_MS) {
    return { ok: false, reason: `passes have failed for ${seconds(clock.failingMs())}${why}` };
  }
  if (sinceSuccessMs > patienceMs) {
    return { ok: false, reason: `the last good pass was ${seconds(sinceSuccessMs)} ago${why}` };
  }
  return { ok: true };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
