import { readFile } from 'node:fs/promises';
import type { Front } from './front.ts';
import { waitUntil } from './wait-for.ts';

/** The processes that answer, the one that reads what has changed in Redis first. */
export async function workersOf({ pid }: Front): Promise<readonly number[]> {
  const master = await processesOf(pid, 'nginx');
  return (await Promise.all(master.map((one) => processesOf(one, 'nginx')))).flat();
}

/** Ends all of a front at once, as the end of its container does. */
export async function killWhole(front: Front): Promise<void> {
  const master = await processesOf(front.pid, 'nginx');
  const pids = [front.pid, ...master, ...(await workersOf(front)), ...(await logReadersOf(front))];
  for (const pid of pids) killIfThere(pid);
}

/** One that reads what another one logs ends by itself once that one is killed. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until a process that was sent SIGSTOP does: until then it may be woken for what it will not do. */
export async function standsStill(pid: number): Promise<void> {
  await waitUntil('the process to stand still', async () =>
    /^State:\s+T/m.test(await readFile(`/proc/${pid}/status`, 'utf8')),
  );
}

const ESTABLISHED = '01';

/** Waits until a worker has accepted a connection, and read the request that was sent by it. */
export async function hasRead({ port }: Front): Promise<void> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  await waitUntil('a request to be read', async () => {
    const [, ...lines] = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n');
    return lines.some((line) => {
      const [, address, , state, queues = '', , , , , inode] = line.trim().split(/\s+/);
      // It has no inode as long as nobody has accepted it.
      const isAccepted = address === local && state === ESTABLISHED && inode !== '0';
      return isAccepted && queues.endsWith(':00000000');
    });
  });
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
