import type { Logger } from 'pino';
import { monotonic, pause } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { ApplyError, ObserveError } from '../errors.ts';
import { createLoop, type Loop } from '../loop.ts';
import { patienceMsOf } from '../model/lease.ts';
import type { TriggerReason } from '../model/trigger.ts';
import type { Wiring, WiringHandlers } from '../pass/clients.ts';
import { type ClientObservers, observeClients } from '../report/observers.ts';
import { createStatus, type Status } from '../report/status.ts';
import { createWarnings, type Warnings } from '../report/warnings.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createInputs, type Inputs } from '../trigger/inputs.ts';
import { createPassRunner, type PassRunner } from './runner.ts';

/** The parts of a controller. */
export interface Parts {
  readonly config: Config;
  readonly log: Logger;
  readonly version: string;
  readonly status: Status;
  readonly metrics: Metrics;
  readonly observers: ClientObservers;
  readonly warnings: Warnings;
  readonly wiring: Wiring;
  readonly inputs: Inputs;
  readonly loop: Loop;
  /** What the loop runs. */
  readonly runner: PassRunner;
  /** Asks the loop for a pass, and counts that. */
  readonly trigger: Loop['trigger'];
}

/** What a controller is made of. */
export interface AssemblyOptions extends Pick<Parts, 'config' | 'log' | 'version' | 'metrics'> {
  /** Makes the clients, and the stages on top of them. */
  readonly wire: (config: Config, handlers: WiringHandlers) => Wiring;
}

/** Constructs every part, each after what it speaks to; sends nothing. */
export function assembleParts(options: AssemblyOptions): Parts {
  const { config, log, version, metrics } = options;
  const inputs = createInputs();
  const status = createStatus({
    now: monotonic,
    wallClock: Date.now,
    patienceMs: patienceMsOf(config.resync.intervalMs),
  });
  const observers = observeClients({ status, metrics, log });
  const warnings = createWarnings(config, log, Date.now);
  const loop = loopOf(config);
  const trigger: Loop['trigger'] = (reason, eventAt) => {
    metrics.triggers(reason);
    loop.trigger(reason, eventAt);
  };
  const wiring = options.wire(config, wiringHandlers({ inputs, observers, warnings, trigger }));
  const runner = createPassRunner({
    ...{ wiring, config, status, metrics, log, warnings },
    ...failureHandlers({ inputs, observers, wiring, log }),
    later: oneTimerPerReason(trigger),
  });
  return {
    config,
    log,
    version,
    status,
    metrics,
    observers,
    warnings,
    wiring,
    inputs,
    loop,
    runner,
    trigger,
  };
}

type Hearers = Pick<Parts, 'inputs' | 'observers' | 'trigger'> & { readonly warnings: Warnings };

function wiringHandlers({ inputs, observers, warnings, trigger }: Hearers): WiringHandlers {
  return {
    redis: {
      onReady: (evictionPolicy) => {
        observers.onRedisReady(evictionPolicy);
        warnings.onRedisReady(evictionPolicy);
        inputs.redisIsReady();
      },
      onDown: observers.onRedisDown,
      onDeaf: observers.onRedisDeaf,
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
  };
}

type Told = Pick<Parts, 'inputs' | 'observers' | 'wiring' | 'log'>;

function failureHandlers({ inputs, observers, wiring, log }: Told) {
  return {
    onDockerFailure(error: ObserveError | ApplyError) {
      observers.onDockerFailure(error);
      wiring.sessions.forget();
      inputs.dockerHasFailed();
      // Silence on one connection may be silence on all: a peer that is gone without a word ends no stream.
      if (error.code === 'docker-timeout') inputs.reopenStream();
    },
    onMissedEvent() {
      log.warn('Resync found what no event told; the event stream is opened anew');
      inputs.reopenStream();
    },
  };
}

function loopOf({ reconcile }: Config): Loop {
  return createLoop({
    minIntervalMs: reconcile.minIntervalMs,
    now: monotonic,
    sleep: pause,
    processorMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    random: Math.random,
  });
}

/** A later wish for the same reason replaces the earlier one, so that timers do not pile up. */
function oneTimerPerReason(trigger: (reason: TriggerReason) => void) {
  const timers = new Map<TriggerReason, NodeJS.Timeout>();
  return (reason: TriggerReason, delayMs: number) => {
    clearTimeout(timers.get(reason));
    timers.set(reason, setTimeout(() => trigger(reason), Math.max(0, delayMs)).unref());
  };
}
