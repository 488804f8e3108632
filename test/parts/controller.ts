import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cleanEnv } from './clean-env.ts';
import { run as runToEnd } from './command.ts';
import { freePort } from './free-port.ts';
import { type Metrics, parseMetrics } from './metrics.ts';
import { type Finished, type Started, startFile } from './program.ts';
import { GiveUp, waitFor } from './wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ANSWER_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 30_000;
/** Longer than any test, so that what a test sees comes from elsewhere: a dead event stream cannot pass, only slower. */
const WITHOUT_RESYNC = { AUTODOCK_RESYNC_INTERVAL: '5m' };

/** For tests whose subject is the resync, or what nothing else tells. */
export const WITH_RESYNC = { AUTODOCK_RESYNC_INTERVAL: '1s' };

/** What a controller of a test is pointed at. */
export interface ControllerOptions {
  /** `unix:///…` of an engine, a gate or a fake. */
  readonly dockerHost: string;
  readonly redisUrl: string;
  /** Further variables, `AUTODOCK_…`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program that is run. Default: the built one. */
  readonly main?: string;
  /** The network namespace that it is in, where its API is not reached. Default: that of the test. */
  readonly namespace?: string;
  /** Its machine's boot, as its kernel calls it, in a mount namespace of its own. Default: that of this machine. */
  readonly boot?: string;
  /** Where its log goes, in place of `logs`: this open file. */
  readonly output?: number;
}

/** One line of the log, as JSON. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A process, and whether it has ended and all that it printed was read. */
interface Run {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown>;
  isClosed: boolean;
}

/** The built controller, `dist/main.js run`, as a process of its own. */
export interface Controller {
  readonly baseUrl: string;
  readonly pid: number;
  /** Everything logged so far, over all starts. Lines that are not JSON stand under `text`. */
  readonly logs: readonly LogLine[];
  /** The raw output, for a look at what a terminal would get. */
  output(): string;
  /** Resolves once `/readyz` says 200. */
  waitReady(): Promise<void>;
  /** The HTTP status of `/readyz` or `/healthz`, and its text. */
  probe(path: '/readyz' | '/healthz'): Promise<{ readonly status: number; readonly text: string }>;
  /** `GET /api/v1/<what>`. */
  api<T>(what: 'status' | 'routes' | 'containers' | 'plan'): Promise<T>;
  /** `POST /api/v1/reconcile`. */
  reconcile(): Promise<number>;
  /** `GET /metrics`, parsed; see `Metrics`. */
  metrics(): Promise<Metrics>;
  signal(signal: NodeJS.Signals): void;
  /** Whether it has ended, and all that it logged has come. */
  hasEnded(): boolean;
  /** Ends it (default SIGTERM) and resolves with its exit code, null if the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts it again after its end, or ends it with SIGKILL first. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it if it runs. May be called twice. */
  close(): Promise<void>;
}

/** Starts the controller; does not wait until it is ready. */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const logs: LogLine[] = [];
  const raw: string[] = [];
  let env = environment(options, { AUTODOCK_HTTP_PORT: String(port), ...options.env });
  const launch = () => {
    const [program = '', ...args] = commandOf(options);
    const child = spawn(program, args, {
      env,
      stdio: ['ignore', options.output ?? 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) collectLines(stream, logs, raw);
    }
    const closed = once(child, 'close');
    const launched: Run = { child, closed, isClosed: false };
    void closed.then(() => {
      launched.isClosed = true;
    });
    return launched;
  };
  let run = launch();
  const get = (path: string) =>
    fetch(`${baseUrl}${path}`, { signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
  const controller: Controller = {
    baseUrl,
    get pid() {
      if (run.child.pid === undefined) throw new Error('the controller did not start');
      return run.child.pid;
    },
    logs,
    output: () => raw.join(''),
    waitReady: () =>
      waitFor('the controller to be ready', async () => {
        if (run.isClosed) throw new GiveUp(`it ended: ${raw.join('').slice(-2000)}`);
        const { status, text } = await controller.probe('/readyz');
        if (status !== 200) throw new Error(`${status}: ${text}`);
      }),
    probe: async (path) => {
      const response = await get(path);
      return { status: response.status, text: await response.text() };
    },
    api: async <T>(what: string) => {
      const response = await get(`/api/v1/${what}`);
      if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    reconcile: async () => (await fetch(`${baseUrl}/api/v1/reconcile`, { method: 'POST' })).status,
    metrics: async () => parseMetrics(await (await get('/metrics')).text()),
    signal: (signal) => void run.child.kill(signal),
    hasEnded: () => run.isClosed,
    end: async (signal = 'SIGTERM') => {
      await endRun(run, signal);
      return run.child.exitCode;
    },
    restart: async (more = {}) => {
      await endRun(run, 'SIGKILL');
      env = { ...env, ...more };
      run = launch();
    },
    close: async () => {
      await endRun(run, 'SIGTERM');
    },
  };
  return controller;
}

/** Runs the program with arguments to its end, e.g. `once` or `plan --json`. */
export function runCommand(
  options: ControllerOptions,
  ...args: readonly string[]
): Promise<Finished> {
  return startCommand(options, ...args).ended;
}

/** The same, for who wants to know what it says before it ends. */
export function startCommand(options: ControllerOptions, ...args: readonly string[]): Started {
  return startFile(options.main ?? MAIN, args, environment(options, options.env ?? {}));
}

/** The same on a terminal, where nobody says a word. */
export function runOnTerminal(
  options: ControllerOptions,
  ...args: readonly string[]
): Promise<Finished> {
  const command = [process.execPath, options.main ?? MAIN, ...args].join(' ');
  const env = environment(options, options.env ?? {});
  return runToEnd(['-qec', command, '/dev/null'], { program: 'script', env });
}

const OTHER_BOOT =
  'mount -t tmpfs boot /mnt && echo "$0" >/mnt/id && mount --bind /mnt/id /proc/sys/kernel/random/boot_id && exec "$@"';

/** The command that runs it, on a machine that was booted as that, in that network. */
function commandOf({ boot, main = MAIN, namespace }: ControllerOptions): readonly string[] {
  const run = [process.execPath, main, 'run'];
  if (namespace !== undefined) return ['nsenter', `--net=/run/netns/${namespace}`, ...run];
  return boot === undefined ? run : ['unshare', '--mount', 'sh', '-c', OTHER_BOOT, boot, ...run];
}

function environment(
  options: ControllerOptions,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...cleanEnv(),
    AUTODOCK_DOCKER_HOST: options.dockerHost,
    AUTODOCK_REDIS_URL: options.redisUrl,
    AUTODOCK_LOG_FORMAT: 'json',
    AUTODOCK_BUS_ENABLED: 'false',
    ...WITHOUT_RESYNC,
    ...more,
  };
}

function collectLines(stream: NodeJS.ReadableStream, logs: LogLine[], raw: string[]): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    raw.push(chunk);
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    logs.push(...lines.filter((line) => line !== '').map(parseLine));
  });
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { text: line };
  }
}

async function endRun({ child, closed, isClosed }: Run, signal: NodeJS.Signals): Promise<void> {
  if (isClosed) return;
  child.kill(signal);
  const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  await closed;
  clearTimeout(impatient);
}

/** Resident memory of a process in MiB. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
