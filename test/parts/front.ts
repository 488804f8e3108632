import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-for.ts';

const START = 'deploy/hipache/start';
const OWN_BUILD = fileURLToPath(new URL('../..', import.meta.url));
/** Runs what follows it with the programs of the front's image. */
export const IN_FRONT = fileURLToPath(new URL('../setup/in-front.sh', import.meta.url));
const ANSWER_DEADLINE_MS = 20_000;

/** How a front is started. */
export interface FrontOptions {
  /** The unix socket of its Redis. */
  readonly redisSocket: string;
  /** Further `FRONT_*` variables; they win. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it finds at /etc/resolv.conf, in a mount namespace of its own. Default: what the machine has there. */
  readonly resolvConf?: string;
  /** Where stdout and stderr go, in place of `log()`: this open file. */
  readonly output?: number;
  /** The folder of another version, whose front is started. Default: this one. */
  readonly build?: string;
}

/** The real front: the entry script of the image, with the image's nginx, on free ports of 127.0.0.1. */
export interface Front {
  readonly port: number;
  readonly statusPort: number;
  /** What was started: it ends with nginx, and hands signals on to it. */
  readonly pid: number;
  /** All that it printed so far, the access log included (which may be a second late). */
  log(): Promise<string>;
  /** What `/status` says. */
  status(): Promise<FrontStatus>;
  /** The exit code, once it has ended. */
  ended(): Promise<number | null>;
  /** Ends it and removes its directory. May be called twice. */
  stop(): Promise<void>;
}

/** The shape of `/status`. */
export interface FrontStatus {
  readonly redis: {
    readonly reachable: boolean;
    /** Why it is not. */
    readonly why: string | null;
    readonly role: 'master' | 'slave' | 'unknown';
    /** For how long it has been a replica without its master. */
    readonly link_down_seconds: number;
  };
  readonly routes: 'redis' | 'last known';
  /** Whether every worker hears what changes, and so keeps routes. */
  readonly tracking: boolean;
  /** Whether it knows the lists of all hosts, for a time without Redis. */
  readonly hosts_known: boolean;
  readonly certificates: {
    readonly problems: readonly { readonly name: string; readonly problem: string }[];
    readonly ends_first: string | null;
    readonly days_left: number | null;
  };
}

/** Starts a front and waits until it is healthy. It need not find its Redis for that. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { redisSocket, env = {}, resolvConf, build = OWN_BUILD } = options;
  const start = join(build, START);
  const dir = await mkdtemp(join(tmpdir(), 'autodock-front-'));
  const [port, statusPort] = [await freePort(), await freePort()];
  const output = join(dir, 'output');
  const readOutput = () => readFile(output, 'utf8');
  const settings = {
    FRONT_HTTP_HOST: '127.0.0.1',
    FRONT_HTTP_PORT: String(port),
    FRONT_STATUS_PORT: String(statusPort),
    FRONT_REDIS: `unix://${redisSocket}`,
    FRONT_RUN: join(dir, 'run'),
    FRONT_HOLD: '0', // what is refused is answered at once
    FRONT_USER: 'root',
    ...env,
  };
  const command = resolvConf === undefined ? [start] : await withResolvConf(dir, start, resolvConf);
  const front = await launch(options.output ?? output, settings, command);
  const stop = async () => {
    await end(front);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await waitUntil('the front to be healthy', async () => {
      if (front.exitCode !== null) return true;
      const { status } = await request(statusPort, 'localhost', '/healthz').catch(() => ABSENT);
      return status === 200;
    });
    if (front.exitCode !== null) throw new Error('the front does not start');
  } catch (cause) {
    const error = new Error(`the front says: ${await readOutput()}`, { cause });
    await stop();
    throw error;
  }
  return {
    port,
    statusPort,
    pid: front.pid ?? 0,
    log: readOutput,
    status: async () => {
      const { body } = await request(statusPort, 'localhost', '/status');
      return JSON.parse(body) as FrontStatus;
    },
    ended: async () => {
      if (front.exitCode === null) await once(front, 'exit');
      return front.exitCode;
    },
    stop,
  };
}

/**
 * Runs the entry script with variables that it should refuse, and returns its exit code and message.
 *
 * @throws Error if it has not ended within 60 s
 */
export async function refusedStart(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly message: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-front-'));
  const front = await launch(join(dir, 'output'), { FRONT_RUN: join(dir, 'run'), ...env });
  try {
    await waitUntil(
      'the front to refuse its settings',
      () => front.exitCode !== null || front.signalCode !== null,
    );
    return { code: front.exitCode, message: await readFile(join(dir, 'output'), 'utf8') };
  } finally {
    await end(front);
    await rm(dir, { recursive: true });
  }
}

/** What a front or a backend answered. */
export interface FrontAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a request is made of, apart from its host and path. */
export interface FrontRequest {
  readonly method?: string;
  /** `Host` is set already. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * One request at `127.0.0.1:port` for a host, on a connection of its own.
 *
 * @throws Error if the connection ends without an answer, or none comes within 20 s
 */
export function request(
  port: number,
  host: string,
  path = '/',
  what: FrontRequest = {},
): Promise<FrontAnswer> {
  return ask(port, host, { ...what, path, agent: false });
}

/** The same on a connection of this agent's. */
export function ask(
  port: number,
  host: string,
  {
    path = '/',
    agent,
    method = 'GET',
    headers = {},
    body,
  }: FrontRequest & { readonly path?: string; readonly agent: Agent | false },
): Promise<FrontAnswer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent,
        headers: { host, ...headers },
        timeout: ANSWER_DEADLINE_MS,
      },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8');
        reply.on('data', (part: string) => {
          text += part;
        });
        reply.on('end', () =>
          resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }),
        );
        reply.on('error', reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Sends bytes as they are and returns all that comes back until the front closes the connection. */
export async function rawRequest(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(ANSWER_DEADLINE_MS, () => socket.destroy(new Error('no answer')));
  socket.write(bytes);
  let answer = '';
  for await (const part of socket.setEncoding('latin1')) answer += String(part);
  return answer;
}

const ABSENT: FrontAnswer = { status: 0, headers: {}, body: '' };

/** The command that starts the front where /etc/resolv.conf is another. */
async function withResolvConf(
  dir: string,
  start: string,
  text: string,
): Promise<readonly string[]> {
  const file = join(dir, 'resolv.conf');
  await writeFile(file, text);
  return ['sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$1"', file, start];
}

async function launch(
  output: string | number,
  env: Readonly<Record<string, string>>,
  command: readonly string[] = [join(OWN_BUILD, START)],
): Promise<ChildProcess> {
  const file = typeof output === 'string' ? await open(output, 'a') : null;
  const stream = file === null ? Number(output) : file.fd;
  const front = spawn(IN_FRONT, command, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', stream, stream],
  });
  await file?.close();
  return front;
}

async function end(front: ChildProcess): Promise<void> {
  if (front.exitCode !== null || front.signalCode !== null) return;
  const gone = once(front, 'exit');
  front.kill('SIGTERM');
  await gone;
}
