import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { cleanEnv } from '../../parts/clean-env.ts';
import { freePort } from '../../parts/free-port.ts';
import type { RedisPart } from '../../parts/redis.ts';
import { processorMs } from '../process-cost.ts';
import type { Start } from './commands.ts';
import { CROWD, type Parts } from './parts.ts';

/** From the start of a controller to the end of its first pass, which routes every container. */
export function startsOfController(parts: Parts, home: string): ReadonlyMap<string, Start> {
  return new Map([
    ['autodock run to its first pass', async (main) => (await firstPass(main, parts, home)).ms],
    [
      'autodock run to its first pass, processor time',
      async (main) => (await firstPass(main, parts, home)).processorMs,
    ],
  ]);
}

let starts = 0;

async function firstPass(main: string, { redis, crowdedHost }: Parts, home: string) {
  starts += 1;
  const prefix = `start-${starts}:`;
  const routes = await watchRoutes(redis, prefix);
  const port = String(await freePort());
  const env = {
    ...cleanEnv(),
    HOME: home,
    AUTODOCK_DOCKER_HOST: crowdedHost,
    AUTODOCK_REDIS_URL: redis.url,
    AUTODOCK_REDIS_KEY_PREFIX: prefix,
    AUTODOCK_HTTP_PORT: port,
    AUTODOCK_BUS_PORT: port,
  };
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'run'], { env, stdio: 'ignore' });
  await routes.all;
  const ms = performance.now() - began;
  const used = processorMs(child.pid ?? 0);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  routes.close();
  return { ms, processorMs: used };
}

/** Listens for the first write of as many lists as there are containers. */
async function watchRoutes({ client, socket }: RedisPart, prefix: string) {
  await client.config('SET', 'notify-keyspace-events', 'Kl');
  const subscriber = new Redis({ path: socket });
  await subscriber.psubscribe(`__keyspace@0__:${prefix}frontend:*`);
  const written = new Set<string>();
  const all = new Promise<void>((resolve) => {
    subscriber.on('pmessage', (_pattern: string, key: string) => {
      if (written.add(key).size === CROWD) resolve();
    });
  });
  return { all, close: () => subscriber.disconnect() };
}
