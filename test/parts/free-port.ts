import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below what Linux gives to connections by itself (from 32,768 on), and above what is well known. */
const LOWEST = 10_240;
const HIGHEST = 32_767;

/** Ports of one process: the first is held by it as long as it lives, the others are given away. */
const BLOCK = 32;

let block: Promise<number> | undefined;
let given = 0;

/**
 * A TCP port on which nobody listens, and which no other process of the tests gets, nor this one soon: a port that the kernel picked and
 * that was closed again may be picked a second time before the first one who asked listens on it.
 *
 * @throws Error if all ports of this process are in use
 */
export async function freePort(): Promise<number> {
  block ??= claimBlock();
  const first = await block;
  for (let tries = 1; tries < BLOCK; tries += 1) {
    const port = first + 1 + (given % (BLOCK - 1));
    given += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port of ${first + 1} to ${first + BLOCK - 1} is free`);
}

/** A listener marks the block as taken, as its process cannot leave it behind. */
async function claimBlock(): Promise<number> {
  const blocks = Math.floor((HIGHEST + 1 - LOWEST) / BLOCK);
  const start = Math.floor(Math.random() * blocks);
  for (let tries = 0; tries < blocks; tries += 1) {
    const first = LOWEST + ((start + tries) % blocks) * BLOCK;
    const holder = await listenAt(first);
    if (holder === null) continue;
    holder.unref();
    return first;
  }
  throw new Error(`no block of ports between ${LOWEST} and ${HIGHEST} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = await listenAt(port);
  if (probe === null) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}

/** A listener on every address, so that one on any of them is noticed; null if the port is taken. */
async function listenAt(port: number): Promise<Server | null> {
  const server = createServer().listen({ port, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null;
    throw error;
  }
}
