import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackend } from '../../parts/backend.ts';
import { type Front, request, startFront } from '../../parts/front.ts';
import { workersOf } from '../../parts/front-processes.ts';
import { startRedis } from '../../parts/redis.ts';
import { waitUntil } from '../../parts/wait-for.ts';
import { quantile } from '../table.ts';

const OTHER = 'other.test';
const HELD = 'held.test';
const CALM_MS = 5_000;
const EVERY_MS = 5;
const AT_ONCE = 250;
const DEADLINE_MS = 120_000;

/** So many requests wait at once: the memory that they take, and what others notice of it. */
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
    const answers: Promise<number>[] = [];
    for (let asked = 0; asked < count; asked += AT_ONCE) {
      for (let i = 0; i < AT_ONCE; i += 1) answers.push(statusOf(front.port));
      await sleep(EVERY_MS);
    }
    await waitUntil('all to wait', async () => (await waitingAt(front)) === count);
    const during = { memory: await memoryOf(front), p99: await p99Of(front, CALM_MS) };
    const comes = performance.now();
    await redis.client.rpush(`frontend:${HELD}`, backend.url);
    const served = (await Promise.all(answers)).filter((status) => status === 200).length;
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

function statusOf(port: number): Promise<number> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, headers: { host: HELD }, agent: false as const };
    const asked = httpRequest({ ...options, timeout: DEADLINE_MS }, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode ?? 0));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(0));
    asked.end();
  });
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
