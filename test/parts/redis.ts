import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

const START_DEADLINE_MS = 60_000;
const POLL_MS = 10;

/** How a private redis-server is started. */
export interface RedisPartOptions {
  /** Listen on a free TCP port of 127.0.0.1 as well. Default: the unix socket alone. */
  readonly tcp?: boolean;
  /**
   * Further arguments of redis-server, e.g. `['--maxmemory', '2mb']`. A password is set later by
   * `client.config('SET', 'requirepass', ...)`, so that `client` has entered by then.
   */
  readonly args?: readonly string[];
  /** What `client` enters with, where the arguments name users. */
  readonly password?: string;
  /** Its binary. Default: the one in PATH. */
  readonly program?: string;
}

/** A redis-server of the test's own, in a directory of its own, without persistence unless asked for. */
export interface RedisPart {
  /** `unix:///…/redis.sock` */
  readonly url: string;
  readonly socket: string;
  /** null unless `tcp` was asked for. */
  readonly port: number | null;
  /** The data directory; it lives until `stop()`. */
  readonly dir: string;
  /** A plain client for arranging and asserting; closed by `stop()`, reconnects after `restart()`. */
  readonly client: Redis;
  readonly pid: number;
  /** Sends a signal to the server. After a deadly one use `restart()` or `stop()`. */
  kill(signal: NodeJS.Signals): void;
  /** Ends the server hard if it runs, and starts it again on the same socket, port and directory. */
  restart(): Promise<void>;
  /** Ends the server and removes its directory. May be called twice. */
  stop(): Promise<void>;
}

/** Starts a redis-server and waits until it answers. */
export async function startRedis(options: RedisPartOptions = {}): Promise<RedisPart> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-redis-'));
  const socket = join(dir, 'redis.sock');
  const port = options.tcp === true ? await freePort() : null;
  const args = serverArguments(dir, socket, port, options.args ?? []);
  const program = options.program ?? 'redis-server';
  let server = launch(program, args);
  const client = new Redis({
    path: socket,
    ...(options.password === undefined ? {} : { password: options.password }),
    retryStrategy: () => POLL_MS,
    maxRetriesPerRequest: null,
    maxLoadingRetryTime: 100,
  });
  client.on('error', () => undefined); // refused until the server listens; answer() tells for good
  const answer = async (): Promise<void> => {
    const deadline = AbortSignal.timeout(START_DEADLINE_MS);
    while (!(await isReady(client))) {
      if (server.exitCode !== null || deadline.aborted) {
        throw new Error(`redis-server does not start: ${await readFile(join(dir, 'log'), 'utf8')}`);
      }
      await sleep(POLL_MS);
    }
  };
  const stop = async (): Promise<void> => {
    client.disconnect();
    await end(server);
    await rm(dir, { recursive: true, force: true });
  };
  await answer().catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    url: `unix://${socket}`,
    socket,
    port,
    dir,
    client,
    get pid() {
      return pidOf(server);
    },
    kill: (signal) => void server.kill(signal),
    restart: async () => {
      await end(server);
      server = launch(program, args);
      await answer();
    },
    stop,
  };
}

function serverArguments(
  dir: string,
  socket: string,
  port: number | null,
  more: readonly string[],
): readonly string[] {
  return [
    ...['--port', String(port ?? 0), '--bind', '127.0.0.1', '--unixsocket', socket],
    ...['--dir', dir, '--logfile', join(dir, 'log'), '--save', '', '--appendonly', 'no'],
    ...more,
  ];
}

function launch(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: 'ignore' });
}

async function isReady(client: Redis): Promise<boolean> {
  if (client.status !== 'ready') return false;
  return client.ping().then(
    () => true,
    () => false,
  );
}

function pidOf(server: ChildProcess): number {
  if (server.pid === undefined) throw new Error('redis-server was not found on this machine');
  return server.pid;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}
