import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { monotonic } from '../../../src/clock.ts';
import type { Config } from '../../../src/config/config.ts';
import { createPassRunner } from '../../../src/daemon/runner.ts';
import { ObserveError } from '../../../src/errors.ts';
import type { ObservedContainer } from '../../../src/model/container.ts';
import type { Owner } from '../../../src/model/ids.ts';
import type { TriggerReason } from '../../../src/model/trigger.ts';
import type { Wiring } from '../../../src/pass/clients.ts';
import type { StageMode } from '../../../src/pass/stage-mode.ts';
import type { Opening, Stages } from '../../../src/reconcile.ts';
import { createStatus } from '../../../src/report/status.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { container } from '../desire/containers.ts';
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

const unknown = (number: number): ObservedContainer => ({
  ...container(number),
  ...{ kind: 'unknown', why: 'no answer' },
});

/** A runner whose passes see and plan what the test says. */
function runner() {
  const seen = {
    containers: [] as readonly ObservedContainer[],
    changes: 0,
    putOff: 0,
    isOpen: false,
    presence: 'silent',
    failure: null as ObserveError | null,
  };
  const told: string[] = [];
  const opened: string[] = [];
  const ended: string[] = [];
  const stages: Stages = {
    owner: OWNER,
    open: async () => OPENING,
    looks: true,
    observe: async () => {
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
    apply: async () => ({ kind: 'applied', results: [], marksMoved: 0 }),
  };
  const { run, endsBackoff, listen } = createPassRunner({
    wiring: {
      stages: async ({ wants }: StageMode) => ({
        ...stages,
        open: async () => {
          opened.push(wants);
          return stages.open();
        },
      }),
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
  return { seen, told, opened, ended, pass, endsBackoff };
}

describe('the pass runner', () => {
  test('tells of a missed event when the timer alone finds other containers to route', async () => {
    const { seen, told, pass } = runner();
    await pass('start');
    seen.changes = 1;
    seen.containers = [container(1)];
    await pass('resync');
    expect(told).toEqual(['missed']);
  });

  test('does not when an event told, when only Redis differed, or at the first pass', async () => {
    const { seen, told, pass } = runner();
    seen.changes = 1;
    await pass('resync');
    await pass('resync');
    seen.containers = [];
    await pass('event', 'resync');
    seen.containers = [];
    seen.changes = 0;
    await pass('resync');
    expect(told).toEqual([]);
  });

  test('does not when the same containers were merely looked at again', async () => {
    const { seen, told, pass } = runner();
    const same = container(1);
    seen.containers = [same];
    await pass('start');
    seen.changes = 1;
    seen.containers = [same];
    await pass('resync');
    expect(told).toEqual([]);
  });

  test('asks again, ever later, while it is not known what a container wants', async () => {
    const { seen, told, pass } = runner();
    seen.containers = [unknown(1)];
    for (let time = 0; time < 7; time += 1) await pass('event');
    expect(told).toEqual([2, 3, 5, 9, 17, 31, 31].map((s) => `inspection in ${s} s`));
    told.length = 0;
    seen.containers = [unknown(1), unknown(2)];
    await pass('event');
    seen.containers = [];
    await pass('event');
    expect(told).toEqual(['inspection in 2 s']);
  });

  test('looks again at once when what was put off may be too little now to be put off', async () => {
    const { seen, told, pass } = runner();
    seen.changes = 3;
    seen.putOff = 3;
    await pass('event');
    seen.putOff = 2;
    await pass('event');
    expect(told).toEqual(['guard in 5 s', 'guard in 0 s']);
  });

  test('remembers why a pass failed, and tells of Docker', async () => {
    const { seen, told, pass, endsBackoff } = runner();
    const ends = () => (['docker', 'redis', 'resync', 'api'] as const).filter(endsBackoff);
    seen.failure = new ObserveError('docker-timeout', 'no answer');
    expect(await pass('start')).toBe('failed');
    expect([ends(), told]).toEqual([['docker', 'api'], ['docker-timeout']]);
    seen.failure = new ObserveError('redis-timeout', 'no answer');
    expect(await pass('retry')).toBe('failed');
    expect([ends(), told]).toEqual([['redis', 'api'], ['docker-timeout']]);
    seen.failure = null;
    expect(await pass('retry')).toBe('in_sync');
  });

  test('takes a cancelled request for what it is: the controller stops', async () => {
    const { seen, told, ended, pass } = runner();
    await pass('start');
    seen.failure = new ObserveError('docker-cancelled', 'cancelled');
    expect(await pass('event')).toBe('failed');
    expect([told, ended]).toEqual([[], ['in_sync']]);
  });

  test('holds what is claimed when a daemon starts that does not answer yet, until that is done', async () => {
    const { seen, opened, pass } = runner();
    await pass('start');
    seen.failure = new ObserveError('redis-timeout', 'no answer');
    await pass('restart');
    seen.failure = null;
    await pass('retry');
    await pass('stream');
    expect(opened).toEqual(['all', 'held', 'held', 'all']);
  });

  test('holds nothing any more when the daemon has answered first', async () => {
    const { seen, opened, pass } = runner();
    await pass('start');
    seen.failure = new ObserveError('redis-timeout', 'no answer');
    await pass('restart');
    seen.failure = null;
    seen.isOpen = true;
    await pass('retry');
    expect(opened).toEqual(['all', 'held', 'all']);
    await pass('restart');
    seen.isOpen = false;
    seen.presence = 'answers';
    await pass('restart');
    expect(opened.slice(3)).toEqual(['all', 'all']);
  });

  test('holds nothing as it stops: a knock that was called off says nothing of the daemon', async () => {
    const { seen, told, opened, pass } = runner();
    await pass('start');
    seen.presence = 'cancelled';
    expect(await pass('restart')).toBe('failed');
    expect([opened, told]).toEqual([['all'], []]);
    seen.presence = 'silent';
    await pass('restart');
    expect(opened).toEqual(['all', 'held']);
  });

  test('lets a fault of ours through', async () => {
    const { seen, pass } = runner();
    seen.failure = new TypeError('x is not a function') as unknown as ObserveError;
    await expect(pass('start')).rejects.toThrow(TypeError);
  });
});
