import { readFile } from 'node:fs/promises';
import type { Front } from './front.ts';

/** The processes that answer, the one that reads what has changed in Redis first. */
export async function workersOf({ pid }: Front): Promise<readonly number[]> {
  const master = await processesOf(pid, 'nginx');
  return (await Promise.all(master.map((one) => processesOf(one, 'nginx')))).flat();
}

/** Ends all of a front at once, as the end of its container does. */
export async function killWhole(front: Front): Promise<void> {
  const master = await processesOf(front.pid, 'nginx');
  const pids = [front.pid, ...master, ...(await workersOf(front)), ...(await logReadersOf(front))];
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

/** The processes that pass on what nginx logs. */
export function logReadersOf({ pid }: Front): Promise<readonly number[]> {
  return processesOf(pid, 'attend:');
}

/** The children of a process whose names begin so, the oldest first. */
async function processesOf(parent: number, name: string): Promise<readonly number[]> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  const named = children
    .trim()
    .split(' ')
    .map(async (child) => {
      const comm = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '');
      return comm.startsWith(name) ? [Number(child)] : [];
    });
  return (await Promise.all(named)).flat();
}
