// A thread that asks for a host so many times at once, and tells how many were served.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** Who is asked, and how often. */
export interface WaitingOptions {
  readonly port: number;
  readonly host: string;
  readonly count: number;
}

const AT_ONCE = 250;
const PAUSE_MS = 5;
const DEADLINE_MS = 120_000;

const { port, host, count } = workerData as WaitingOptions;
const answers: Promise<boolean>[] = [];
for (let asked = 0; asked < count; asked += AT_ONCE) {
  for (let i = 0; i < Math.min(AT_ONCE, count - asked); i += 1) answers.push(isServed());
  await sleep(PAUSE_MS);
}
parentPort?.postMessage((await Promise.all(answers)).filter((served) => served).length);

function isServed(): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, headers: { host }, agent: false as const };
    const asked = request({ ...options, timeout: DEADLINE_MS }, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode === 200));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
