import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeDocker, startFakeDocker } from '../fakes/docker-daemon.ts';
import type { FakeEvent } from '../fakes/event-stream.ts';
import { type Controller, residentMib, startController } from '../parts/controller.ts';
import { runSimulated } from '../parts/fake-system.ts';
import { startRedis } from '../parts/redis.ts';
import { waitUntil } from '../parts/wait-for.ts';
import { processorMs, waitedMs } from './process-cost.ts';
import { timePasses } from './steady.ts';
import { distribution, type Measurement } from './table.ts';

const LISTENERS = new URL('./bus-listeners.ts', import.meta.url);
const PLUGINS = 64;
const EVENTS_PER_SECOND = 1_000;
const CONTAINERS = 100;
const PASSES = 30;
/** The last settle pass comes ten seconds after the last event. */
const SETTLED_MS = 12_000;
/** Events that the triggers are not told of, so that the passes are those that are asked for. */
const EVENT: FakeEvent = {
  type: 'container',
  action: 'exec_start: /bin/sh -c true',
  actor: 'c'.repeat(64),
  attributes: { image: 'app:1', name: 'app', execID: 'e'.repeat(64) },
};

interface Load {
  readonly durations: readonly number[];
  readonly processorMsPerSecond: number;
  /** Share of the time in which others had the processor that it wanted. */
  readonly starved: number;
  readonly events: number;
}

interface Scenario {
  readonly title: string;
  readonly patterns: readonly string[];
  readonly secret: string;
}

/** The dearest patterns that a hello may bring. */
const HOSTILE = Array.from({ length: 32 }, (_, n) => `${'*a'.repeat(15)}*${String(n)}`);
const SCENARIOS: readonly Scenario[] = [
  { title: '', patterns: ['container_*'], secret: '' },
  { title: 'hostile patterns: ', patterns: [...HOSTILE.slice(1), 'container_*'], secret: '' },
  { title: 'with a secret: ', patterns: ['container_*'], secret: 'b'.repeat(64) },
];

/** What 64 plugins and a thousand events a second cost, and what a pass takes meanwhile. */
export async function measureBus(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const scenario of SCENARIOS) {
    const rows = await measureScenario(scenario);
    measurements.push(...rows.map((row) => ({ ...row, what: `${scenario.title}${row.what}` })));
  }
  return measurements;
}

async function measureScenario(scenario: Scenario): Promise<readonly Measurement[]> {
  const fake = await startFakeDocker();
  const redis = await startRedis();
  const { secret } = scenario;
  const bus = { AUTODOCK_BUS_ENABLED: 'true', AUTODOCK_BUS_PORT: '0' };
  const env = secret === '' ? bus : { ...bus, AUTODOCK_BUS_SECRET: secret };
  for (let n = 0; n < CONTAINERS; n += 1) runSimulated(fake, `bus-${n}.test`);
  const target = { dockerHost: fake.host, redisUrl: redis.url, env };
  const controller = await startController(target);
  const children: ChildProcess[] = [];
  try {
    await controller.waitReady();
    await sleep(SETTLED_MS);
    const without = await underLoad(controller, fake);
    const resident = residentMib(controller.pid);
    children.push(fork(LISTENERS, listenerArguments(controller, scenario)));
    await waitUntil(
      'all to be subscribed',
      async () => (await subscribers(controller)) === PLUGINS,
    );
    const results = await sentBy(controller);
    const within = await underLoad(controller, fake);
    return rowsOf(without, within, {
      ...{ heard: await heardBy(children[0]), resident, grown: residentMib(controller.pid) },
      ...minus(await sentBy(controller), results),
    });
  } finally {
    for (const child of children) child.kill();
    await controller.close();
    await fake.close();
    await redis.stop();
  }
}

interface Traffic {
  readonly sent: number;
  readonly dropped: number;
  readonly heard: number;
  /** MiB, before and after. */
  readonly resident: number;
  readonly grown: number;
}

function rowsOf(without: Load, within: Load, traffic: Traffic): readonly Measurement[] {
  const perEvent = (within.processorMsPerSecond - without.processorMsPerSecond) / EVENTS_PER_SECOND;
  const { sent, dropped, heard, resident, grown } = traffic;
  const memory = `${resident.toFixed(0)} to ${grown.toFixed(0)} MiB`;
  const load = `${PLUGINS} plugins, ${EVENTS_PER_SECOND} events/s`;
  return [
    { what: 'pass while nobody is subscribed', result: distribution(without.durations), aim: '' },
    { what: `pass with ${load}`, result: distribution(within.durations), aim: 'no stall' },
    { what: 'processor time of one event', result: `${perEvent.toFixed(2)} ms`, aim: '< 1 ms' },
    {
      what: 'of one datagram',
      result: `${((perEvent / PLUGINS) * 1_000).toFixed(1)} µs`,
      aim: '',
    },
    {
      what: 'datagrams sent, dropped, heard by the plugins',
      result: `${sent}, ${dropped}, ${heard} of ${within.events * PLUGINS}`,
      aim: 'none dropped',
    },
    { what: 'resident memory', result: memory, aim: 'flat' },
    {
      what: 'meanwhile waited for a processor that others used',
      result: `${(within.starved * 100).toFixed(0)} % of the time`,
      aim: 'else no figure above counts',
    },
  ];
}

/** Events at a steady pace while passes are timed. */
async function underLoad(controller: Controller, fake: FakeDocker): Promise<Load> {
  const began = performance.now();
  let events = 0;
  const pace = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * EVENTS_PER_SECOND;
    for (; events < due; events += 1) fake.events.emit(EVENT);
  }, 5);
  const [from, waitedFrom] = [processorMs(controller.pid), waitedMs(controller.pid)];
  const { durations } = await timePasses(controller, PASSES);
  clearInterval(pace);
  const seconds = (performance.now() - began) / 1_000;
  const starved = (waitedMs(controller.pid) - waitedFrom) / 1_000 / seconds;
  await sleep(500);
  const used = processorMs(controller.pid) - from;
  return { durations, events, starved, processorMsPerSecond: used / seconds };
}

function listenerArguments({ logs }: Controller, { patterns, secret }: Scenario): string[] {
  const line = logs.find(({ msg }) => msg === 'Plugin bus listens');
  return [String(line?.port), String(PLUGINS), JSON.stringify(patterns), secret];
}

async function subscribers(controller: Controller): Promise<number> {
  return (await controller.metrics()).value('autodock_bus_subscribers');
}

async function sentBy(controller: Controller) {
  const metrics = await controller.metrics();
  const of = (result: string) => metrics.value('autodock_bus_events_total', { result });
  return { sent: of('sent'), dropped: of('dropped') };
}

function minus(after: { sent: number; dropped: number }, before: typeof after) {
  return { sent: after.sent - before.sent, dropped: after.dropped - before.dropped };
}

async function heardBy(child: ChildProcess | undefined): Promise<number> {
  if (child === undefined) return 0;
  const told = once(child, 'message');
  child.send('tell');
  const [{ heard }] = (await told) as [{ heard: number }];
  return heard;
}
