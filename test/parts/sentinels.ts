import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { type RedisPart, startRedis } from './redis.ts';
import { waitFor, waitUntil } from './wait-for.ts';

/** A master that three Sentinels watch, and its replicas. */
export interface Watched {
  /** `redis+sentinel://127.0.0.1:…,…/main` */
  readonly url: string;
  /** All of them, in the order of their start: the first one was the master. */
  readonly servers: readonly RedisPart[];
  readonly sentinels: readonly Sentinel[];
  /** Who is the master now, as most Sentinels say. */
  master(): Promise<RedisPart>;
  /** Orders a failover, as soon as a Sentinel takes the order, and does not wait for it. */
  fail(): Promise<void>;
  /** Kills or freezes the first one, and has Sentinels soon take it for down; does not wait for it. */
  lose(signal: 'SIGKILL' | 'SIGSTOP'): Promise<void>;
  stop(): Promise<void>;
}

/** One of the Sentinels. */
export interface Sentinel {
  readonly port: number;
  /** For questions and `CONFIG SET`. */
  readonly client: Redis;
  kill(signal: NodeJS.Signals): void;
}

/** How they are started. */
export interface WatchedOptions {
  /** The address at which all of them listen. Default: 127.0.0.1. */
  readonly host?: string;
  readonly replicas?: number;
  /** Default: so long that a master is left because it was ordered, or lost, and never because it was busy. */
  readonly downAfterMs?: number;
  /** Further arguments of each server, and lines of each Sentinel's file. */
  readonly args?: readonly string[];
  readonly lines?: readonly string[];
  /** PEM files with which all of them speak TLS to each other. */
  readonly files?: { readonly ca: string; readonly cert: string; readonly key: string };
}

const LOCAL = '127.0.0.1';
const NAME = 'main';
const SENTINELS = 3;
const DOWN_AFTER_MS = 120_000;
const LOST_AFTER_MS = 1_000;

/** Starts them on free ports, and waits until all Sentinels know each other and the replicas. */
export async function startWatched(options: WatchedOptions = {}): Promise<Watched> {
  const { replicas = 1, host = LOCAL } = options;
  const first = await startServer(options);
  const following = ['--replicaof', host, String(first.watchedPort)];
  const others = Array.from({ length: replicas }, () => startServer(options, following));
  const servers = [first, ...(await Promise.all(others))];
  const dir = await mkdtemp(join(tmpdir(), 'autodock-sentinels-'));
  const started = await Promise.all(
    Array.from({ length: SENTINELS }, (_, n) =>
      startSentinel(join(dir, String(n)), first, options),
    ),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((each) => each.stop()));
    await Promise.all(servers.map((server) => server.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  const knows = async ({ client }: Sentinel): Promise<boolean> => {
    const fields = (await client.call('SENTINEL', 'MASTER', NAME)) as string[];
    const count = (name: string) => Number(fields[fields.indexOf(name) + 1]);
    return count('num-other-sentinels') === SENTINELS - 1 && count('num-slaves') === replicas;
  };
  try {
    await waitUntil('the Sentinels to know all', async () =>
      (await Promise.all(started.map(knows))).every(Boolean),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const ports = started.map(({ port }) => `${host}:${port}`);
  const named = async ({ client }: Sentinel): Promise<number> => {
    const address = await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME);
    return Number((address as string[])[1]);
  };
  return {
    url: `redis${options.files ? 's' : ''}+sentinel://${ports.join(',')}/${NAME}`,
    servers,
    sentinels: started,
    async master() {
      const said = await Promise.all(started.map(named));
      const most = said.find((port) => said.filter((other) => other === port).length > 1);
      const found = servers.find(({ watchedPort }) => watchedPort === most);
      if (found === undefined) throw new Error(`the Sentinels name ${said.join(', ')}`);
      return found;
    },
    async fail() {
      // It may not be over with the failover before (INPROG).
      await waitFor('a Sentinel to take the order', () =>
        started[0]?.client.call('SENTINEL', 'FAILOVER', NAME),
      );
    },
    async lose(signal) {
      first.kill(signal);
      const soon = ['down-after-milliseconds', String(LOST_AFTER_MS)];
      await Promise.all(started.map((each) => each.client.call('SENTINEL', 'SET', NAME, ...soon)));
    },
    stop,
  };
}

/** A server, and the port at which the others find it. */
type Server = RedisPart & { readonly watchedPort: number };

async function startServer(
  { args = [], files, host = LOCAL }: WatchedOptions,
  more: readonly string[] = [],
): Promise<Server> {
  const tlsPort = await freePort();
  const secure = files
    ? tlsSettings(files, tlsPort).flatMap(([key, value]) => [`--${key}`, value])
    : [];
  const bound = host === LOCAL ? [] : ['--bind', host, '--protected-mode', 'no'];
  const all = ['--repl-diskless-sync-delay', '0', ...bound, ...args, ...secure, ...more];
  const server = await startRedis({ tcp: true, args: all });
  return Object.assign(server, { watchedPort: files ? tlsPort : (server.port ?? 0) });
}

function tlsSettings(
  { ca, cert, key }: NonNullable<WatchedOptions['files']>,
  port: number,
): readonly (readonly [name: string, value: string])[] {
  return [
    ['tls-port', String(port)],
    ['tls-replication', 'yes'],
    ['tls-ca-cert-file', ca],
    ['tls-cert-file', cert],
    ['tls-key-file', key],
  ];
}

async function startSentinel(
  dir: string,
  master: Server,
  { downAfterMs = DOWN_AFTER_MS, lines = [], files, host = LOCAL }: WatchedOptions,
): Promise<Sentinel & { stop(): Promise<void> }> {
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const file = `${dir}.conf`;
  const text = [
    ...[`port ${plainPort}`, `bind ${host}`, `dir ${tmpdir()}`, `logfile ${dir}.log`],
    ...(host === LOCAL ? [] : ['protected-mode no']),
    `sentinel monitor ${NAME} ${host} ${master.watchedPort} 2`,
    `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${NAME} 10000`,
    ...(files ? tlsSettings(files, tlsPort) : []).map((setting) => setting.join(' ')),
    ...lines,
  ];
  await writeFile(file, `${text.join('\n')}\n`);
  const server = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  const client = new Redis({ host, port: plainPort, retryStrategy: () => 20 });
  client.on('error', () => undefined); // refused until it listens
  return {
    port: files ? tlsPort : plainPort,
    client,
    kill: (signal) => void server.kill(signal),
    async stop() {
      client.disconnect();
      await end(server);
    },
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
}
