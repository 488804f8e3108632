import type { Logger } from 'pino';
import type { EndedPass } from '../bus/pass-events.ts';
import { monotonic, pause } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { ApplyError, ObserveError } from '../errors.ts';
import { createLoop, type Loop } from '../loop.ts';
import type { TriggerReason } from '../model/trigger.ts';
import type { Wiring, WiringHandlers } from '../pass/clients.ts';
import { type ClientObservers, observeClients } from '../report/observers.ts';
import { createStatus, type Status } from '../report/status.ts';
import { createWarnings } from '../report/warnings.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Hub } from '../trigger/hub.ts';
import { createPassRunner, type PassRunner } from './runner.ts';

/** The parts of a controller. */
export interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly version: string;
  readonly status: Status;
  readonly metrics: Metrics;
  readonly observers: ClientObservers;
  readonly wiring: Wiring;
  readonly loop: Loop;
  /** Asks the loop for a pass, and counts that. */
  readonly trigger: Loop['trigger'];
}

/** What a controller is made of. */
export interface AssemblyOptions extends Pick<Parts, 'config' | 'log' | 'version' | 'metrics'> {
  readonly hub: Pick<Hub, 'redisIsReady' | 'dockerHasFailed' | 'reopenStream'>;
  /** Makes the clients, and the stages on top of them. */
  readonly wire: (config: Config, handlers: WiringHandlers) => Wiring;
  /** Default: nobody wants to know. */
  readonly onPassEnd?: (ended: EndedPass) => void;
}

/** Constructs every part and connects them; sends nothing. */
export function assemble(options: AssemblyOptions): Parts {
  const { config, log, version, metrics, hub } = options;
  const resyncMs = config.resync.intervalMs;
  const status = createStatus({ now: monotonic, wallClock: Date.now, resyncMs });
  const observers = observeClients({ status, metrics, log });
  const warnings = createWarnings(config, log);
  const trigger: Loop['trigger'] = (reason, eventAt) => {
    metrics.triggers(reason);
    loop.trigger(reason, eventAt);
  };
  const wiring = options.wire(config, {
    redis: {
      onReady: () => {
        observers.onRedisReady();
        hub.redisIsReady();
      },
      onDown: observers.onRedisDown,
      onCommand: observers.onRedisCommand,
    },
    onDockerResult: observers.onDockerResult,
    onDockerListed: observers.onDockerListed,
    onSession: (session) => {
      observers.onSession(session);
      warnings.onSession(session);
    },
    onLateInspection: () => trigger('inspection'),
    onNetworksDenied: warnings.onNetworksDenied,
  });
  const later = oneTimerPerReason(trigger);
  const onDockerFailure = (error: ObserveError | ApplyError) => {
    observers.onDockerFailure(error);
    wiring.sessions.forget();
    hub.dockerHasFailed();
    // Silence on one connection may be silence on all: a peer that is gone without a word ends no stream.
    if (error.code === 'docker-timeout') hub.reopenStream();
  };
  const onMissedEvent = () => {
    log.warn('Resync found what no event told; the event stream is opened anew');
    hub.reopenStream();
  };
  const told = { status, metrics, log, warnings };
  const { onPassEnd = () => undefined } = options;
  const on = { onDockerFailure, onMissedEvent, onPassEnd };
  const runner = createPassRunner({ wiring, config, later, ...on, ...told });
  const loop = loopOf(config, runner);
  return { config, log, version, status, metrics, observers, wiring, loop, trigger };
}

function loopOf({ reconcile }: Config, runner: PassRunner): Loop {
  return createLoop({
    pass: runner.run,
    minIntervalMs: reconcile.minIntervalMs,
    now: monotonic,
    sleep: pause,
    processorMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    random: Math.random,
    endsBackoff: (reason) => provesRecovery(reason, runner),
  });
}

/** A person's word always counts; of the rest, what comes from the side that failed. */
function provesRecovery(reason: TriggerReason, runner: PassRunner): boolean {
  if (reason === 'signal' || reason === 'api' || reason === 'start') return true;
  const isDocker = runner.lastFailure()?.startsWith('docker-') ?? false;
  const isOfDocker = reason === 'docker' || reason === 'stream' || reason === 'event';
  return isDocker ? isOfDocker : reason === 'redis';
}

/** A later wish for the same reason replaces the earlier one, so that timers do not pile up. */
function oneTimerPerReason(trigger: (reason: TriggerReason) => void) {
  const timers = new Map<TriggerReason, NodeJS.Timeout>();
  return (reason: TriggerReason, delayMs: number) => {
    clearTimeout(timers.get(reason));
    timers.set(reason, setTimeout(() => trigger(reason), Math.max(0, delayMs)).unref());
  };
}
