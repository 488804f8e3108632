import { Agent, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of the requests that began in one phase. */
export interface PhaseResult {
  readonly phase: string;
  readonly seconds: number;
  readonly requests: number;
  /** Sent again by the client: kept connections that were closed before any answer came (RFC 9112, 9.3.1). */
  readonly repeated: number;
  readonly lost: readonly LostRequest[];
  /** Of the slowest answer. */
  readonly slowestMs: number;
}

/** A request without its answer. */
export interface LostRequest {
  /** `POST 502`, `GET ECONNRESET`. */
  readonly what: string;
  /**
   * By HTTP nobody may send it again: its answer had begun to come, or it may have been acted upon already
   * (RFC 9110, 9.2.2). Who passes it on has no say in whether it is lost with its backend.
   */
  readonly isFinal: boolean;
  /** Those in which it was under way, the first one first. */
  readonly phases: readonly string[];
}

/** Steady traffic of one client. */
export interface Traffic {
  /** Requests that begin from now on belong to this phase. */
  phase(name: string): void;
  /** How many have begun and not been answered. */
  readonly underWay: number;
  /** Begins no more, waits for every answer, and tells what became of them, phase by phase. */
  stop(): Promise<readonly PhaseResult[]>;
}

/** What is sent, and how fast. */
export interface TrafficOptions {
  /** Default: 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  readonly host: string;
  readonly perSecond: number;
  /** The path that a POST goes to; null: there are GETs alone. */
  readonly postPath: string | null;
  /** How many connections are kept at most. Default 64. */
  readonly keptConnections?: number;
  /** For how long an answer is waited for. Default 30 s. */
  readonly deadlineMs?: number;
  /** Told of each whole answer. */
  readonly onAnswer?: (answer: TrafficAnswer) => void;
}

/** A whole answer, whatever its status. Times are monotonic. */
export interface TrafficAnswer {
  readonly status: number;
  readonly body: string;
  readonly beganAt: number;
  readonly at: number;
}

const DEADLINE_MS = 30_000;
/** Of ten requests; the first kind uses kept connections, the others one each. */
const MIX = { keptGets: 5, posts: 2 };
const KINDS = 10;

interface Tally {
  readonly phase: string;
  readonly began: number;
  readonly lost: LostRequest[];
  ended: number;
  requests: number;
  repeated: number;
  slowestMs: number;
}

/** Begins at once. Requests start at a steady rate, however long the answers take. */
export function startTraffic(options: TrafficOptions, firstPhase: string): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: options.keptConnections ?? 64 });
  const open = new Set<Promise<void>>();
  const tallies: Tally[] = [newTally(firstPhase)];
  const endPhase = () => {
    const current = tallies.at(-1);
    if (current !== undefined) current.ended = performance.now();
  };
  const begun = performance.now();
  let [sent, stopped] = [0, false];
  const sendDue = () => {
    const due = ((performance.now() - begun) / 1000) * options.perSecond;
    for (; sent < due; sent += 1) {
      const request = sendOne(options, agent, sent % KINDS, tallies);
      open.add(request);
      void request.finally(() => open.delete(request));
    }
  };
  const run = async () => {
    while (!stopped) {
      sendDue();
      await sleep(2);
    }
  };
  const running = run();
  return {
    get underWay() {
      return open.size;
    },
    phase: (name) => {
      endPhase();
      tallies.push(newTally(name));
    },
    stop: async () => {
      stopped = true;
      await running;
      endPhase();
      await Promise.all(open);
      agent.destroy();
      return tallies.map(({ began, ended, ...rest }) => ({
        ...rest,
        seconds: (ended - began) / 1000,
      }));
    },
  };
}

function newTally(phase: string): Tally {
  const began = performance.now();
  return { phase, began, ended: began, requests: 0, repeated: 0, lost: [], slowestMs: 0 };
}

/** @param tallies one for each phase so far; the last one is that of this request */
async function sendOne(
  options: TrafficOptions,
  agent: Agent,
  kind: number,
  tallies: readonly Tally[],
): Promise<void> {
  const [first, tally] = [tallies.length - 1, tallies.at(-1)];
  if (tally === undefined) throw new Error('traffic without a phase');
  const isPost = options.postPath !== null && kind >= KINDS - MIX.posts;
  const method = isPost ? 'POST' : 'GET';
  const began = performance.now();
  tally.requests += 1;
  let outcome = await exchange(options, method, kind < MIX.keptGets ? agent : null);
  if (outcome === STALE) {
    tally.repeated += 1;
    outcome = await exchange(options, method, null);
  }
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - began);
  if (outcome === '200') return;
  const isFinal = outcome === BROKEN_OFF || (method === 'POST' && outcome === '502');
  const phases = tallies.slice(first).map(({ phase }) => phase);
  tally.lost.push({ what: `${method} ${outcome}`, isFinal, phases });
}

/** A kept connection that was closed before any answer came. */
const STALE = 'stale connection';
/** The head of an answer came, and not all of the rest. */
const BROKEN_OFF = 'broken off';

/** Connections that had a request before: Node's own mark misses those that a waiting request takes over. */
const used = new WeakSet<Socket>();

/** One request; the status, or why there is none. */
function exchange(options: TrafficOptions, method: string, agent: Agent | null): Promise<string> {
  return new Promise((resolve) => {
    let reused = false;
    const beganAt = performance.now();
    const asked = httpRequest(
      {
        ...{ host: options.address ?? '127.0.0.1', port: options.port },
        ...{ method, timeout: options.deadlineMs ?? DEADLINE_MS },
        path: method === 'POST' ? (options.postPath ?? '/') : '/',
        agent: agent ?? false,
        headers: { host: options.host, ...(method === 'POST' ? { 'content-length': 4 } : {}) },
      },
      (reply) => {
        const status = reply.statusCode ?? 0;
        let body = '';
        reply.setEncoding('utf8').on('data', (piece: string) => {
          body += piece;
        });
        reply.on('error', () => resolve(BROKEN_OFF));
        reply.on('end', () => {
          options.onAnswer?.({ status, body, beganAt, at: performance.now() });
          resolve(String(status));
        });
      },
    );
    asked.on('socket', (socket) => {
      reused = used.has(socket);
      used.add(socket);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      resolve(reused ? STALE : (code ?? message)),
    );
    asked.end(method === 'POST' ? 'body' : undefined);
  });
}
