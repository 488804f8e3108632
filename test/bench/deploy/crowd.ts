import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { startBackend } from '../../parts/backend.ts';
import { type Front, request, startFront } from '../../parts/front.ts';
import { workersOf } from '../../parts/front-processes.ts';
import { startRedis } from '../../parts/redis.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { quantile } from '../table.ts';
import type { WaitingOptions } from './waiting.ts';

const OTHER = 'other.test';
const HELD = 'held.test';
/** Long enough for a p99 of a thousand requests. */
const CALM_MS = 10_000;
const EVERY_MS = 5;

/**
 * So many requests wait at once: the memory that they take, and what others notice of it. Who waits does so in a thread of
 * its own, so that the times are the front's, not those of a client that has all these connections.
 */
export async function measureCrowd(count: number): Promise<void> {
  const redis = await startRedis();
  const backend = await startBackend('B1');
  const front = await startFront({
    redisSocket: redis.socket,
    env: { FRONT_HOLD: '120s', FRONT_HOLD_REQUESTS: '10000', FRONT_ACCESS_LOG: 'off' },
  });
  try {
    await redis.client.rpush(`frontend:${OTHER}`, OTHER, backend.url);
    await redis.client.rpush(`frontend:${HELD}`, HELD);
    const before = { memory: await memoryOf(front), p99: await p99Of(front, CALM_MS) };
    const crowd = new Worker(new URL('./waiting.ts', import.meta.url), {
      workerData: { port: front.port, host: HELD, count } satisfies WaitingOptions,
    });
    const answered = once(crowd, 'message') as Promise<[served: number]>;
    await waitUntil('all to wait', async () => (await waitingAt(front)) === count);
    const during = { memory: await memoryOf(front), p99: await p99Of(front, CALM_MS) };
    const comes = performance.now();
    await redis.client.rpush(`frontend:${HELD}`, backend.url);
    const [served] = await answered;
    const seconds = (performance.now() - comes) / 1000;
    const bytes = (during.memory - before.memory) / count;
    console.log(`
${count} held at once: ${served} served, all within ${seconds.toFixed(1)} s of the backend's coming
memory of all workers: ${megabytes(before.memory)} before, ${megabytes(during.memory)} meanwhile: ${bytes.toFixed(0)} bytes a request
p99 of another host: ${before.p99.toFixed(1)} ms before, ${during.p99.toFixed(1)} ms meanwhile (aim: at most 1.5 times)`);
  } finally {
    await front.stop();
    await backend.close();
    await redis.stop();
  }
}

async function waitingAt(front: Front): Promise<number> {
  const { body } = await request(front.statusPort, 'localhost', '/metrics');
  return Number(/^autodock_front_waiting (\d+)/m.exec(body)?.[1]);
}

async function p99Of(front: Front, forMs: number): Promise<number> {
  const [times, ends] = [[] as number[], performance.now() + forMs];
  while (performance.now() < ends) {
    const began = performance.now();
    await request(front.port, OTHER);
    times.push(performance.now() - began);
    await sleep(EVERY_MS);
  }
  return quantile(times, 0.99);
}

async function memoryOf(front: Front): Promise<number> {
  const each = (await workersOf(front)).map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) * 1024;
  });
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
