import type { Logger } from 'pino';
import type { DockerResult } from '../clients/docker-call.ts';
import type { DockerSession } from '../clients/docker-session.ts';
import { mayEvict } from '../model/eviction.ts';
import { createFailureLog } from '../telemetry/failure-log.ts';
import type { Metrics, RedisResult } from '../telemetry/metrics.ts';
import type { StreamSignal } from '../trigger/event-stream.ts';
import type { Status } from './status.ts';

/** What the clients tell while they work. */
export interface ClientObservers {
  onDockerResult(result: DockerResult): void;
  /** The containers were listed in full: an engine that answers nothing but pings is of no use. */
  onDockerListed(): void;
  onDockerFailure(error: Error): void;
  onSession(session: DockerSession): void;
  onStreamSignal(signal: StreamSignal): void;
  onRedisReady(evictionPolicy: string | null): void;
  onRedisDown(error: Error): void;
  onRedisDeaf(error: Error): void;
  onRedisCommand(result: RedisResult): void;
}

/** Where it goes: one line for each change of state, never one for each failure. */
export interface ObserverTargets {
  readonly status: Status;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Turns what the clients tell into status, metrics and log lines. Decides nothing. */
export function observeClients(targets: ObserverTargets): ClientObservers {
  return { ...dockerObservers(targets), ...redisObservers(targets) };
}

function dockerObservers({ status, metrics, log }: ObserverTargets) {
  let lastSession = '';
  const failures = createFailureLog(log, 'Docker is down', 'Docker is up again');
  const streamFailures = createFailureLog(log, 'Event stream is down', 'Event stream is up again');
  return {
    onDockerResult(result: DockerResult) {
      metrics.dockerRequests(result);
    },
    onDockerListed() {
      status.condition('docker', true);
      metrics.dockerUp.set(1);
      failures.recovered();
    },
    onDockerFailure(error: Error) {
      status.condition('docker', false, error);
      metrics.dockerUp.set(0);
      failures.failed(error);
    },
    onSession({ engine, apiVersion, rootless }: DockerSession) {
      // No pass lists while Redis is down: until one does, an engine that says who it is counts as up.
      if (status.conditions.docker.up === null) {
        status.condition('docker', true);
        metrics.dockerUp.set(1);
      }
      const told = { engine, apiVersion, rootless };
      if (JSON.stringify(told) === lastSession) return;
      lastSession = JSON.stringify(told);
      log.info(told, 'Docker answers');
    },
    onStreamSignal(signal: StreamSignal) {
      switch (signal.kind) {
        case 'event':
          metrics.dockerEvents(signal.action);
          return;
        case 'up':
          status.condition('stream', true);
          metrics.eventStreamUp.set(1);
          streamFailures.recovered();
          return;
        case 'down':
          status.condition('stream', false, signal.error);
          metrics.eventStreamUp.set(0);
          streamFailures.failed(signal.error);
      }
    },
  };
}

function redisObservers({ status, metrics, log }: ObserverTargets) {
  const failures = createFailureLog(log, 'Redis is down', 'Redis is ready again');
  let deafBy = '';
  return {
    onRedisDeaf({ message: reason }: Error) {
      if (reason === deafBy) return;
      deafBy = reason;
      log.info({ reason }, 'Redis does not tell of changes: orders are looked for twice a second');
    },
    onRedisReady(evictionPolicy: string | null) {
      status.evictionPolicy = evictionPolicy;
      metrics.redisMayEvict.set(mayEvict(evictionPolicy) ? 1 : 0);
      status.condition('redis', true);
      metrics.redisUp.set(1);
      failures.recovered();
    },
    onRedisDown(error: Error) {
      status.evictionPolicy = null;
      status.condition('redis', false, error);
      metrics.redisUp.set(0);
      failures.failed(error);
    },
    onRedisCommand(result: RedisResult) {
      metrics.redisCommands(result);
    },
  };
}
