import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time that a process has used so far, over all its threads. */
export function processorMs(pid: number): number {
  return scheduled(pid, 0);
}

/** Milliseconds for which its threads have waited for a processor that others used. */
export function waitedMs(pid: number): number {
  return scheduled(pid, 1);
}

function scheduled(pid: number, field: 0 | 1): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8');
    return Number(text.split(' ')[field]);
  });
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e6;
}

/** Wall clock in milliseconds with a fraction, on the scale of an engine's `timeNano`. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
