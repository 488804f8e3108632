import { type Filter, parseFilter } from '../wire/filter.ts';

/** Where the daemon is, and what a plugin wants of it. */
export interface ConnectOptions {
  /** A name or an address; default `127.0.0.1`. In a container on the network `plugins`: `autodock`. */
  readonly host?: string | undefined;
  /** The bus's UDP port; default 1338. */
  readonly port?: number | undefined;
  /** The daemon's `AUTODOCK_BUS_SECRET`, if it has one: hellos are signed with it, and nothing unsigned is believed. */
  readonly secret?: string | undefined;
  /** Patterns of event names, `*` stands for any characters; default: every event. */
  readonly events?: readonly string[] | undefined;
  /** The daemon's HTTP port, for snapshots; default `http://<host>:1338`. null: no snapshots. */
  readonly http?: string | null | undefined;
  /** Ends the plugin as `close()` does. */
  readonly signal?: AbortSignal | undefined;
  /** The time between hellos in milliseconds, at least 100; default 10 s. */
  readonly helloEveryMs?: number | undefined;
  /** How many events wait for a slow consumer before all of them are dropped; default 1,000. */
  readonly queueLimit?: number | undefined;
}

/** The same, checked and with its defaults. */
export interface FullOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string | null;
  readonly events: readonly string[] | null;
  readonly filter: Filter;
  /** Without a slash at its end. */
  readonly http: string | null;
  readonly helloEveryMs: number;
  readonly queueLimit: number;
}

const PORT = 1338;
const LARGEST_PORT = 65_535;
const HELLO_EVERY_MS = 10_000;
/** The daemon forgets a plugin that was silent for a minute. */
const HELLO_RANGE = { least: 100, most: 30_000 };
const QUEUE_LIMIT = 1_000;

/** @throws TypeError that names every option that cannot be, and what it may be */
export function withDefaults(options: ConnectOptions): FullOptions {
  const { host = '127.0.0.1', port = PORT, secret = null, events = null } = options;
  const { helloEveryMs = HELLO_EVERY_MS, queueLimit = QUEUE_LIMIT } = options;
  const { http = `http://${inUrl(host)}:${PORT}` } = options;
  const filter = parseFilter(events === null ? undefined : [...events]);
  const problems = [
    host === '' && 'host = "" must be a name or an address, such as 127.0.0.1',
    !isWithin(port, 1, LARGEST_PORT) && `port = ${port} must be a whole number from 1 to 65535`,
    secret === '' && 'secret = "" must be the text of AUTODOCK_BUS_SECRET, or left out',
    filter === null &&
      'events must be 1 to 32 patterns of letters, digits, _ and *, such as "container_*"',
    http !== null && !isHttp(http) && `http = "${http}" must be such as http://127.0.0.1:1338`,
    !isWithin(helloEveryMs, HELLO_RANGE.least, HELLO_RANGE.most) &&
      `helloEveryMs = ${helloEveryMs} must be a whole number from ${HELLO_RANGE.least} to ${HELLO_RANGE.most}`,
    !isWithin(queueLimit, 1, Number.MAX_SAFE_INTEGER) &&
      `queueLimit = ${queueLimit} must be a whole number, at least 1`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0 || filter === null) {
    throw new TypeError(`autodock/plugin: ${problems.join('; ')}`);
  }
  const base = http?.replace(/\/+$/, '') ?? null;
  return { host, port, secret, events, filter, http: base, helloEveryMs, queueLimit };
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function isHttp(text: string): boolean {
  return /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '');
}
