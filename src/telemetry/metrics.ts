import { collectDefaultMetrics, Registry } from 'prom-client';
import { DOCKER_RESULTS, type DockerResult } from '../clients/docker-call.ts';
import { BUS_RESULTS, type BusResult } from '../model/bus-result.ts';
import { BACKEND_OWNERS, type BackendOwner, VERDICTS, type Verdict } from '../model/frontend.ts';
import { LEASE_STATES, type LeaseState } from '../model/lease.ts';
import { CHANGE_KINDS, type ChangeKind } from '../model/plan.ts';
import {
  PASS_RESULTS,
  type PassResult,
  TRIGGER_REASONS,
  type TriggerReason,
} from '../model/trigger.ts';
import { EVENT_ACTIONS, type EventAction } from '../trigger/docker-event.ts';
import { createMetricFactory, type MetricFactory } from './metric-factory.ts';

/** How a command to Redis ended: the label of `autodock_redis_commands_total`. */
const REDIS_RESULTS = ['ok', 'error', 'timeout'] as const;
/** One of {@link REDIS_RESULTS}. */
export type RedisResult = (typeof REDIS_RESULTS)[number];

/** The default precision of 10 ms is most of an idle controller's processor time. */
const EVENT_LOOP_PRECISION_MS = 1_000;
/** Gauges of prom-client that are named like counters: `promtool check metrics` refuses them. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);
const PASS_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PROPAGATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Every metric of autodock, on a Registry of its own. Label values are closed unions, initialised to 0, so
 * that a rate over a rare failure exists before the failure. Never a vhost, container or URL as a label.
 */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * @param version of autodock, for `autodock_build_info`
 * @param lostLines of the log so far
 */
export function createMetrics(version: string, lostLines: () => number = () => 0) {
  const registry = new Registry();
  collectDefaultMetrics({
    register: registry,
    eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS,
  });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const make = createMetricFactory(registry);
  make
    .gauge('build_info', 'Version of autodock and of Node; always 1.', ['version', 'node'])
    .set({ version, node: process.version }, 1);
  make.countedElsewhere(
    'log_lost_total',
    'Lines of the log that are lost, as nobody read them.',
    lostLines,
  );
  return {
    registry,
    ...passMetrics(make),
    ...outcomeMetrics(make),
    ...hostMetrics(make),
    ...sourceMetrics(make),
    ...busMetrics(make),
  };
}

function passMetrics(make: MetricFactory) {
  return {
    reconcile: make.counter<PassResult, 'result'>(
      'reconcile_total',
      'Passes by result.',
      'result',
      PASS_RESULTS,
    ),
    reconcileDuration: make.histogram(
      'reconcile_duration_seconds',
      'Time that a pass took.',
      PASS_BUCKETS,
    ),
    lastSuccess: make.gauge(
      'reconcile_last_success_timestamp_seconds',
      'When the last pass that did not fail ended, in seconds since 1970; 0 before the first.',
    ),
    triggers: make.counter<TriggerReason, 'reason'>(
      'reconcile_triggers_total',
      'Triggers by reason; one pass may answer many.',
      'reason',
      TRIGGER_REASONS,
    ),
  };
}

function hostMetrics(make: MetricFactory) {
  return {
    engine: make.gauge(
      'engine_info',
      'Whose routes this controller sees to, and what their engine is called; always 1.',
      ['owner', 'name'],
    ),
    owners: make.gauges<LeaseState, 'state'>(
      'owners',
      'Other hosts on this Redis, by whether their last sign of life is within their lease.',
      'state',
      LEASE_STATES,
    ),
    reaped: make.plainCounter(
      'reaped_total',
      'Vhosts where backends of a lapsed host were taken out by this controller.',
    ),
  };
}

function outcomeMetrics(make: MetricFactory) {
  return {
    changes: make.counter<ChangeKind, 'kind'>(
      'changes_total',
      'Frontends changed in Redis, by kind of change.',
      'kind',
      CHANGE_KINDS,
    ),
    routes: make.gauges<BackendOwner, 'owner'>(
      'routes',
      'Backends within the frontends that this controller claims, by owner.',
      'owner',
      BACKEND_OWNERS,
    ),
    strays: make.gauge(
      'strays',
      'Backends that nobody claims at the address of a container that asks for other hosts.',
    ),
    containers: make.gauges<Verdict, 'verdict'>(
      'containers',
      'Running containers by verdict: routed, unknown, silent (asks for nothing) or the reason why not.',
      'verdict',
      VERDICTS,
    ),
    propagation: make.histogram(
      'route_propagation_seconds',
      "Time from an event's arrival to the acknowledgement of the write that followed.",
      PROPAGATION_BUCKETS,
    ),
    deadMarksMoved: make.plainCounter(
      'dead_marks_moved_total',
      'Dead marks that were moved with their backend when a list changed.',
    ),
  };
}

function sourceMetrics(make: MetricFactory) {
  return {
    dockerUp: make.gauge('docker_up', 'Whether the containers could be listed the last time.'),
    eventStreamUp: make.gauge('docker_event_stream_up', 'Whether the event stream is open.'),
    dockerEvents: make.counter<EventAction, 'action'>(
      'docker_events_total',
      'Events received from Docker, by action.',
      'action',
      EVENT_ACTIONS,
    ),
    dockerRequests: make.counter<DockerResult, 'result'>(
      'docker_requests_total',
      'Requests to Docker by result.',
      'result',
      DOCKER_RESULTS,
    ),
    redisUp: make.gauge('redis_up', 'Whether the connection to Redis is ready.'),
    redisMayEvict: make.gauge(
      'redis_may_evict',
      'Whether Redis may remove keys by itself when its memory is full.',
    ),
    redisCommands: make.counter<RedisResult, 'result'>(
      'redis_commands_total',
      'Commands to Redis by result.',
      'result',
      REDIS_RESULTS,
    ),
  };
}

function busMetrics(make: MetricFactory) {
  return {
    busSubscribers: make.gauge('bus_subscribers', 'Plugins subscribed to the bus.'),
    busEvents: make.counter<BusResult, 'result'>(
      'bus_events_total',
      'Datagrams of the plugin bus by result.',
      'result',
      BUS_RESULTS,
    ),
  };
}
