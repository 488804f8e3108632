import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusAnswer } from '../../src/answers/status.ts';
import type { Controller } from '../parts/controller.ts';
import { openSystem, type System } from '../parts/system.ts';
import { CROWD, startCrowd } from './crowd.ts';
import { processorMs } from './process-cost.ts';
import { distribution, type Measurement } from './table.ts';

const PASSES = 50;
const IDLE_MS = 60_000;
/** The last settle pass comes ten seconds after the last event. */
const SETTLED_MS = 12_000;

/** What a pass costs when nothing changes, and what the process costs when nothing happens. */
export async function measureSteady(): Promise<readonly Measurement[]> {
  const system = await openSystem({ gated: false });
  try {
    await startCrowd(system);
    await sleep(SETTLED_MS);
    const idleFrom = processorMs(system.controller.pid);
    await sleep(IDLE_MS);
    const idle = (processorMs(system.controller.pid) - idleFrom) / (IDLE_MS / 1000);
    const counted = await countRequests(system);
    const passes = await timePasses(system.controller, PASSES);
    return [
      {
        what: `steady pass, ${CROWD} containers`,
        result: distribution(passes.durations),
        aim: '< 15',
      },
      { what: 'processor time of it', result: `${passes.processorMs.toFixed(1)} ms`, aim: '' },
      { what: 'Docker requests of it', result: counted.docker.toFixed(2), aim: '2' },
      { what: 'Redis round trips of it', result: counted.redis.toFixed(2), aim: '1' },
      { what: 'idle, processor time a second', result: `${idle.toFixed(2)} ms`, aim: '< 2' },
    ];
  } finally {
    await system.close();
  }
}

/** Asks for passes one after the other; each one's duration as the controller tells it. */
export async function timePasses(
  controller: Controller,
  count: number,
): Promise<{ readonly durations: readonly number[]; readonly processorMs: number }> {
  const durations: number[] = [];
  const before = await statusOf(controller);
  const from = processorMs(controller.pid);
  let { passes } = before;
  while (durations.length < count) {
    await controller.reconcile();
    const status = await nextPass(controller, passes);
    passes = status.passes;
    durations.push(status.lastPass?.durationMs ?? Number.NaN);
  }
  const used = processorMs(controller.pid) - from;
  return { durations, processorMs: used / (passes - before.passes) };
}

async function nextPass(controller: Controller, passes: number): Promise<StatusAnswer> {
  for (;;) {
    const status = await statusOf(controller);
    if (status.passes > passes) return status;
    await sleep(20);
  }
}

function statusOf(controller: Controller): Promise<StatusAnswer> {
  return controller.api<StatusAnswer>('status');
}

/** Counts what the engine and Redis were asked, apart from what the controller says of itself. */
async function countRequests(system: System): Promise<{ docker: number; redis: number }> {
  const { controller, redis } = system;
  const reads = async () =>
    Number(/total_reads_processed:(\d+)/.exec(await redis.client.info('stats'))?.[1]);
  const dockerRequests = async () =>
    (await controller.metrics()).value('autodock_docker_requests_total');
  const [passesBefore, readsBefore] = [(await statusOf(controller)).passes, await reads()];
  const requestsBefore = await dockerRequests();
  await timePasses(controller, PASSES);
  const passes = (await statusOf(controller)).passes - passesBefore;
  // The second INFO is a read of ours.
  const ownReads = 1;
  return {
    docker: ((await dockerRequests()) - requestsBefore) / passes,
    redis: ((await reads()) - readsBefore - ownReads) / passes,
  };
}
