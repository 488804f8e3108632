import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Controller, residentMib, startController } from '../parts/controller.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { processorMs } from './process-cost.ts';
import { timePasses } from './steady.ts';
import { distribution, type Measurement, quantile } from './table.ts';

const run = promisify(execFile);

const SIZES = [1_000, 10_000] as const;
const PASSES = 20;
const SETTLED_MS = 12_000;
const ENGINE = new URL('./simulated-engine.ts', import.meta.url);

/** Passes over as many containers as no machine here could run. */
export async function measureSimulated(): Promise<readonly Measurement[]> {
  const medians: number[] = [];
  const measurements: Measurement[] = [];
  for (const size of SIZES) {
    const { rows, medianMs } = await measureSize(size);
    measurements.push(...rows);
    medians.push(medianMs);
  }
  const growth = (medians[1] ?? Number.NaN) / (medians[0] ?? Number.NaN);
  return [
    ...measurements,
    {
      what: 'growth of a pass, ten times the containers',
      result: `${growth.toFixed(1)}-fold`,
      aim: 'linear',
    },
  ];
}

async function measureSize(size: number) {
  const engine = fork(ENGINE, [String(size)]);
  const redis = await startRedis();
  await undisturbed(redis);
  await redis.client.config('SET', 'slowlog-log-slower-than', '100');
  await redis.client.config('SET', 'slowlog-max-len', '100000');
  const [dockerHost] = (await once(engine, 'message')) as [string];
  const env = { AUTODOCK_RESYNC_INTERVAL: '5m', AUTODOCK_HOLD: '0' };
  const began = performance.now();
  const controller = await startController({ dockerHost, redisUrl: redis.url, env });
  try {
    await allRouted(redis, size);
    const firstMs = performance.now() - began;
    const firstProcessorMs = processorMs(controller.pid);
    await sleep(SETTLED_MS);
    const passes = await timePasses(controller, PASSES);
    const resident = await residentSamples(controller);
    engine.send('replace a tenth');
    await once(engine, 'message');
    await controller.reconcile();
    await sleep(SETTLED_MS);
    const rows = [
      {
        what: `${size} containers: start to all routed`,
        result: `${(firstMs / 1000).toFixed(1)} s (processor ${(firstProcessorMs / 1000).toFixed(1)} s)`,
        aim: '',
      },
      {
        what: `${size}: steady pass`,
        result: distribution(passes.durations),
        aim: size === 10_000 ? '< 250' : '',
      },
      {
        what: `${size}: processor time of it`,
        result: `${passes.processorMs.toFixed(0)} ms`,
        aim: '',
      },
      {
        what: `${size}: resident`,
        result: `median ${quantile(resident, 0.5).toFixed(0)}, max ${quantile(resident, 1).toFixed(0)} MiB`,
        aim: size === 10_000 ? '< 200' : '',
      },
      { what: `${size}: longest block of Redis`, result: await longestBlock(redis), aim: '< 5 ms' },
    ];
    return { rows, medianMs: quantile(passes.durations, 0.5) };
  } finally {
    await controller.close();
    await redis.stop();
    engine.disconnect();
  }
}

async function allRouted({ client }: RedisPart, size: number): Promise<void> {
  while ((await client.dbsize()) < size) await sleep(50);
}

/** MiB, while passes come as often as settle passes do. */
async function residentSamples(controller: Controller): Promise<readonly number[]> {
  const samples: number[] = [];
  while (samples.length < PASSES) {
    await controller.reconcile();
    await sleep(1_000);
    samples.push(residentMib(controller.pid));
  }
  return samples;
}

/**
 * Ahead of every other process: a command's time is told by the clock, and where three processes share two cores the
 * longest one would be that in which Redis had to wait for its turn.
 */
async function undisturbed({ pid }: RedisPart): Promise<void> {
  await run('chrt', ['--fifo', '--pid', '10', String(pid)]);
}

/** The slowest commands of all, the benchmark's own excepted. */
async function longestBlock({ client }: RedisPart): Promise<string> {
  const log = (await client.call('SLOWLOG', 'GET', '-1')) as readonly (readonly [
    number,
    number,
    number,
    readonly string[],
  ])[];
  const durations = log
    .filter(([, , , [command = '']]) => /^eval/i.test(command))
    .map(([, , microseconds]) => microseconds / 1000);
  const [p99, max] = [quantile(durations, 0.99), quantile(durations, 1)];
  return `p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms (${durations.length} above 0.1)`;
}
