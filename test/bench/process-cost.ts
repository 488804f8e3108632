import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time that a process has used so far, over all its threads. */
export function processorMs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8');
    return Number(text.split(' ')[0]);
  });
  return nanoseconds.reduce((sum, value) => sum + value, 0) / 1e6;
}

/** Wall clock in milliseconds with a fraction, on the scale of an engine's `timeNano`. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
