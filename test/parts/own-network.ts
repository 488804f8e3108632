import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

const NETWORKS = 256;

/** A network of 254 addresses that no other test has until it is released. */
export interface OwnNetwork {
  /** What they begin with: `198.18.7`. */
  readonly prefix: string;
  release(): void;
}

/**
 * One of those that begin so (`198.18`): tests run side by side, and of two interfaces with one network the second is
 * not reached. It is marked by a listener on a socket without a file, which ends with its process; an interface that
 * a killed test left behind counts as well.
 *
 * @throws Error if all are taken
 */
export async function claimNetwork(range: string): Promise<OwnNetwork> {
  const first = randomInt(NETWORKS);
  for (let tries = 0; tries < NETWORKS; tries += 1) {
    const prefix = `${range}.${(first + tries) % NETWORKS}`;
    const holder = createServer().listen(`\0autodock-test-${prefix}`);
    try {
      await once(holder, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      continue;
    }
    holder.unref();
    if (!(await isThere(prefix))) return { prefix, release: () => void holder.close() };
    holder.close();
  }
  throw new Error(`no network of ${range} is free`);
}

/** Whether this machine has an address there, also of an interface that nothing is connected to. */
async function isThere(prefix: string): Promise<boolean> {
  return (await readFile('/proc/net/fib_trie', 'utf8')).includes(` ${prefix}.`);
}
