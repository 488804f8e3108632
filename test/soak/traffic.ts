import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../laws/random.ts';
import { request } from '../parts/front.ts';
import { type Ledger, type Life, livesOf } from './ledger.ts';
import type { Trails } from './trail.ts';

/** Why a request did not get the answer of a container of its host. `unexplained` must not be. */
export const FAILURE_CAUSES = [
  'nobody runs there',
  'its container has just started',
  'a container of it has just gone',
  'the store was lost, or the list edited by hand',
  'Redis was away, and the front had not asked for it before',
  'unexplained',
] as const;
export type FailureCause = (typeof FAILURE_CAUSES)[number];

/** How the requests went. */
export interface TrafficReport {
  readonly sent: number;
  readonly answered: number;
  /** Cause to status to number; 0: no answer. */
  readonly failed: ReadonlyMap<FailureCause, ReadonlyMap<number, number>>;
  /** Of those without an explanation: what was seen. */
  readonly unexplained: readonly string[];
}

export interface Traffic {
  stop(): Promise<TrafficReport>;
}

interface Target {
  readonly port: number;
  readonly ledger: Ledger;
  readonly hosts: readonly string[];
  readonly random: Random;
  readonly trails: Trails;
}

interface Asked {
  readonly host: string;
  /** Who lived there when it was asked. */
  readonly before: readonly Life[];
  readonly from: number;
  readonly status: number;
}

const PAUSE_MS = 20;
const AT_ONCE = 2;
/** A front may have read a list just before it changed. */
const AFTERMATH_MS = 2_000;
/** After a loss a route may need this long under further faults. */
const EXCUSED_MS = 30_000;

/** Steady requests for random hosts, until stopped. */
export function startTraffic(target: Target): Traffic {
  const failed = new Map<FailureCause, Map<number, number>>();
  const unexplained: string[] = [];
  let [sent, answered] = [0, 0];
  let isOver = false;
  const ask = async () => {
    const host = target.random.pick(target.hosts);
    const from = performance.now();
    const before = livesOf(target.ledger, host);
    sent += 1;
    const { status, body } = await request(target.port, host).catch((error: unknown) => ({
      status: 0,
      body: String(error),
    }));
    // A container may be routed, and answer, before the soak has been told its name.
    const isNew = status === 200 && (target.ledger.starting.get(host) ?? 0) > 0;
    if (isNew || isRight(status, body, [...before, ...livesOf(target.ledger, host)])) {
      answered += 1;
      return;
    }
    const cause = causeOf(target.ledger, { host, before, from, status });
    const byStatus = failed.get(cause) ?? new Map<number, number>();
    failed.set(cause, byStatus.set(status, (byStatus.get(status) ?? 0) + 1));
    if (cause === 'unexplained') {
      const seen = `${host}: ${status} ${textOf(body)} at ${new Date().toISOString()}`;
      unexplained.push(seen);
      target.trails.follow(seen, host);
    }
  };
  const stream = async () => {
    while (!isOver) {
      await ask();
      await sleep(PAUSE_MS);
    }
  };
  const streams = Promise.all(Array.from({ length: AT_ONCE }, stream));
  return {
    stop: async () => {
      isOver = true;
      await streams;
      return { sent, answered, failed, unexplained };
    },
  };
}

/** The words of a page. */
function textOf(body: string): string {
  return body
    .replace(/<style>.*?<\/style>|<[^>]*>/gs, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A container of this host answers with its name, a stranger of this host as a stranger. */
function isRight(status: number, body: string, lives: readonly Life[]): boolean {
  if (status !== 200) return false;
  return body.includes('"stranger ') || lives.some(({ name }) => body.startsWith(`${name} `));
}

function causeOf(ledger: Ledger, { host, before, from, status }: Asked): FailureCause {
  const all = [...before, ...livesOf(ledger, host)];
  const alive = all.filter(({ endingAt }) => endingAt === null);
  const listens = alive.some(({ listensSince }) => listensSince !== null && listensSince < from);
  const isServed = alive.some(({ seenSince }) => seenSince !== null && seenSince < from);
  const isGoing = all.some(
    ({ endingAt, goneSince }) =>
      endingAt !== null && (goneSince === null || goneSince > from - AFTERMATH_MS),
  );
  if (isGoing) return 'a container of it has just gone';
  // Nothing else explains that somebody else's container answers: neither a loss nor a start.
  if (status === 200) return 'unexplained';
  if (alive.length === 0) return 'nobody runs there';
  if (status === 502 && ledger.redisAwayUntil > from) {
    return 'Redis was away, and the front had not asked for it before';
  }
  if (status === 502 && !listens) return 'its container has just started';
  if (isServed && !ledger.isStoreInDoubt) return 'unexplained';
  const excusedAt = ledger.excusedAt.get(host) ?? Number.NEGATIVE_INFINITY;
  return ledger.isStoreInDoubt || excusedAt > from - EXCUSED_MS
    ? 'the store was lost, or the list edited by hand'
    : 'its container has just started';
}
