import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { waitFor } from './wait-for.ts';

const START = fileURLToPath(new URL('../../deploy/monitoring/prometheus/start', import.meta.url));

/** Whom it scrapes, and where its alerts go. */
export interface PrometheusOptions {
  readonly controllerPort: number;
  readonly frontStatusPort: number;
  /** `address:port`. Default: nowhere. */
  readonly alertmanager?: string;
  /** The folder of its binary. Default: where PATH finds it. */
  readonly folder?: string;
}

/** One series of an answer with its last value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An alert that waits or fires. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** A Prometheus with the deployment's configuration and rules, on a free port. */
export interface Prometheus {
  /** What an expression gives; `after`: so many seconds from now, with the samples of now. */
  query(expression: string, after?: number): Promise<readonly Sample[]>;
  /** What it gave in the last minute; of each series the last value that is a number. */
  queryRange(expression: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly ActiveAlert[]>;
  /** The names of all series. */
  names(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Often enough that a test need not wait. */
const INTERVAL = '250ms';
const RANGE_SECONDS = 60;

/** Starts it by the image's own entry script and waits until it is ready. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-prometheus-'));
  const port = await freePort();
  const output = await open(join(dir, 'log'), 'a');
  const prometheus = spawn(START, {
    env: {
      PATH: [options.folder, process.env.PATH].filter(Boolean).join(':'),
      AUTODOCK_HTTP_PORT: String(options.controllerPort),
      FRONT_STATUS_PORT: String(options.frontStatusPort),
      AUTODOCK_PROMETHEUS_PORT: String(port),
      AUTODOCK_SCRAPE_INTERVAL: INTERVAL,
      AUTODOCK_ALERTMANAGER: options.alertmanager,
      PROMETHEUS_RUN: join(dir, 'run'),
      PROMETHEUS_DATA: join(dir, 'data'),
    },
    stdio: ['ignore', output.fd, output.fd],
  });
  await output.close();
  const stop = async () => {
    await end(prometheus);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await waitFor('Prometheus to be ready', async () => {
      const { ok } = await fetch(`http://127.0.0.1:${port}/-/ready`);
      if (!ok) throw new Error(await readFile(join(dir, 'log'), 'utf8'));
    });
  } catch (error) {
    const log = await readFile(join(dir, 'log'), 'utf8');
    await stop();
    throw new Error(`Prometheus does not start: ${log}`, { cause: error });
  }
  return { ...asking(`http://127.0.0.1:${port}/api/v1`), stop };
}

function asking(api: string): Omit<Prometheus, 'stop'> {
  const get = async <T>(path: string, parameters: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${api}/${path}?${new URLSearchParams(parameters).toString()}`);
    const { data, error } = (await answer.json()) as { readonly data: T; readonly error?: string };
    if (error !== undefined) throw new Error(`${parameters.query}: ${error}`);
    return data;
  };
  return {
    query: async (query, after = 0) => {
      const time = String(Date.now() / 1000 + after);
      return samplesOf(await get<QueryResult>('query', { query, time }));
    },
    queryRange: async (query) => {
      const now = Date.now() / 1000;
      const [start, end] = [String(now - RANGE_SECONDS), String(now)];
      return samplesOf(await get<QueryResult>('query_range', { query, start, end, step: '1' }));
    },
    alerts: async () => (await get<{ readonly alerts: ActiveAlert[] }>('alerts')).alerts,
    names: () => get<string[]>('label/__name__/values'),
  };
}

type Point = readonly [time: number, value: string];

interface QueryResult {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value?: Point;
    readonly values?: readonly Point[];
  }[];
}

function samplesOf({ result }: QueryResult): readonly Sample[] {
  return result.map(({ metric, value, values }) => {
    const points = values ?? (value === undefined ? [] : [value]);
    const numbers = points.map(([, text]) => Number(text));
    return { labels: metric, value: numbers.findLast(Number.isFinite) ?? Number.NaN };
  });
}

async function end(prometheus: ChildProcess): Promise<void> {
  if (prometheus.exitCode !== null || prometheus.signalCode !== null) return;
  const gone = once(prometheus, 'exit');
  prometheus.kill('SIGTERM');
  await gone;
}
