import { pino } from 'pino';
import { monotonic } from '../../../src/clock.ts';
import type { Config } from '../../../src/config/config.ts';
import { createPassRunner } from '../../../src/daemon/runner.ts';
import type { ObserveError } from '../../../src/errors.ts';
import type { ObservedContainer } from '../../../src/model/container.ts';
import type { Owner } from '../../../src/model/ids.ts';
import type { TriggerReason } from '../../../src/model/trigger.ts';
import type { Wiring } from '../../../src/pass/clients.ts';
import type { StageMode } from '../../../src/pass/stage-mode.ts';
import type { Opening, Stages } from '../../../src/reconcile.ts';
import { createStatus } from '../../../src/report/status.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { desired } from '../diff/world.ts';

const OWNER = 'engine-1' as Owner;
const OPENING: Opening = {
  epoch: null,
  now: 0,
  frontends: new Map(),
  drains: new Map(),
  offs: new Map(),
  writtenIn: null,
  isAsked: false,
};
const SILENT = pino({ level: 'silent' });

/** A runner whose passes see and plan what the test says. */
export function runner() {
  const seen = {
    containers: [] as readonly ObservedContainer[],
    changes: 0,
    putOff: 0,
    isOpen: false,
    presence: 'silent',
    failure: null as ObserveError | null,
    applied: 'applied' as 'applied' | 'fenced',
    /** While Redis is asked. */
    whileOpening: noop,
  };
  let reads = new AbortController();
  const abandon = () => {
    reads.abort();
    reads = new AbortController();
  };
  let looks = 0;
  const told: string[] = [];
  const opened: string[] = [];
  const ended: string[] = [];
  const stages: Stages = {
    owner: OWNER,
    open: async () => OPENING,
    looks: true,
    observe: async () => {
      looks += 1;
      if (seen.failure !== null) throw seen.failure;
      return seen.containers;
    },
    desire: () => ({ frontends: new Map(), verdicts: [] }),
    read: async () => new Map(),
    diff: ({ owner, epoch, unknown }) => {
      const { vhost } = desired('a.example', {});
      const write = { vhost, identifier: vhost, backends: [], asked: true };
      const claimBefore = { backends: new Map(), heldSince: null };
      const change = {
        kind: 'release',
        vhost,
        before: null,
        after: null,
        claimBefore,
        write,
      } as const;
      const changes = Array.from({ length: seen.changes }, () => change);
      return { owner, epoch, unknown, changes, faults: [], foreign: [] };
    },
    guard: (plan) => {
      const putOff = plan.changes.slice(0, seen.putOff);
      const isRefusing = putOff.length > 0;
      return {
        plan: { ...plan, changes: plan.changes.slice(seen.putOff) },
        putOff,
        state: { refusingSince: isRefusing ? monotonic() : null },
      };
    },
    apply: async () => ({ kind: seen.applied, results: [], marksMoved: 0 }),
  };
  const { run, endsBackoff, listen } = createPassRunner({
    wiring: {
      stages: async ({ wants }: StageMode) => ({
        ...stages,
        looks: wants === 'all',
        open: async () => {
          opened.push(wants);
          seen.whileOpening();
          return stages.open();
        },
      }),
      readsSignal: () => reads.signal,
      nextStopEndMs: () => null,
      sessions: { isOpen: () => seen.isOpen },
      docker: { knock: async () => seen.presence },
    } as unknown as Wiring,
    config: {
      ...{ holdMs: 0, guard: { confirmAfterMs: 5_000 }, resync: { intervalMs: 30_000 } },
    } as Config,
    status: createStatus({ now: () => 0, wallClock: () => 0, patienceMs: 90_000 }),
    metrics: createMetrics('1'),
    log: SILENT,
    later: (reason, delayMs) => told.push(`${reason} in ${Math.ceil(delayMs / 1_000)} s`),
    onDockerFailure: ({ code }) => told.push(code),
    onMissedEvent: () => told.push('missed'),
    warnings: {
      onPass: () => undefined,
      onHosts: () => undefined,
      onRedisReady: () => undefined,
      onSession: () => undefined,
      onNetworksDenied: () => undefined,
    },
  });
  listen(({ result }) => ended.push(result));
  const pass = (...reasons: TriggerReason[]) =>
    run({ reasons: new Set(reasons), oldestEventAt: null });
  return { seen, told, opened, ended, pass, abandon, looks: () => looks, endsBackoff };
}

/** For what does nothing. */
export function noop(): void {
  // Nothing happens meanwhile.
}
