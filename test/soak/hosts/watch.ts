import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../laws/random.ts';
import { request } from '../../parts/front.ts';
import { FOREIGN, type Host, type HostsStage, LEASE_MS, ownVhost, SHARED } from './stage.ts';

/** What was seen all the time. */
export interface HostsWatch {
  readonly violations: readonly string[];
  readonly unexplained: readonly string[];
  counts(): { readonly samples: number; readonly sent: number; readonly explained: number };
  stop(): Promise<void>;
}

const SAMPLE_EVERY_MS = 100;
const ASK_EVERY_MS = 20;
/** What was wrong with a host, or with Redis, may show for so long afterwards. */
const AFTERMATH_MS = 2 * LEASE_MS;
const NAMED_WITHIN_MS = 5_000;
/** A route of a container that has just started. */
const ROUTED_WITHIN_MS = 10_000;

/** Looks at the master, and asks the front, until stopped. */
export function startHostsWatch(stage: HostsStage, random: Random): HostsWatch {
  const violations: string[] = [];
  const unexplained: string[] = [];
  const count = { samples: 0, sent: 0, explained: 0 };
  let isOver = false;
  const until = async (everyMs: number, act: () => Promise<void>) => {
    while (!isOver) {
      await act();
      await sleep(everyMs);
    }
  };
  const look = async () => {
    if (!isWellFor(stage.redisWellSince)) return;
    const lists = await listsOf(stage);
    if (lists === null || !isWellFor(stage.redisWellSince)) return;
    count.samples += 1;
    violations.push(...wrongIn(stage, lists).map(timed));
  };
  const ask = async () => {
    const vhosts = [SHARED, SHARED, FOREIGN, ...stage.hosts.map(ownVhost)];
    const vhost = random.pick(vhosts);
    const before = namesOf(stage, vhost);
    const isOwed = mustAnswer(stage, vhost);
    count.sent += 1;
    const { status, body } = await request(stage.front.port, vhost).catch((error: unknown) => ({
      status: 0,
      body: String(error),
    }));
    const isRight = () =>
      [...before, ...namesOf(stage, vhost)].some((name) => body.startsWith(`${name} `)) ||
      (vhost === FOREIGN && body.includes('stranger'));
    // A container may answer before the soak has been told its name.
    if (status === 200 && !isRight()) await sleep(NAMED_WITHIN_MS);
    if (status === 200 && isRight()) return;
    if (status !== 200 && !(isOwed && mustAnswer(stage, vhost))) count.explained += 1;
    else unexplained.push(timed(`${vhost}: ${status} ${body.slice(0, 100)}`));
  };
  const going = [until(SAMPLE_EVERY_MS, look), until(ASK_EVERY_MS, ask), until(ASK_EVERY_MS, ask)];
  return {
    violations,
    unexplained,
    counts: () => count,
    async stop() {
      isOver = true;
      await Promise.all(going);
    },
  };
}

function timed(what: string): string {
  return `${new Date().toISOString()} ${what}`;
}

function isWellFor(since: number | null): boolean {
  return since !== null && performance.now() - since > AFTERMATH_MS;
}

/** What the master has at each vhost; null: which one that is cannot be told now. */
async function listsOf({ redis, hosts }: HostsStage) {
  try {
    const { client } = await redis.master();
    const vhosts = [SHARED, FOREIGN, ...hosts.map(ownVhost)];
    const lists = await Promise.all(
      vhosts.map((vhost) => client.lrange(`frontend:${vhost}`, 1, -1)),
    );
    return new Map(vhosts.map((vhost, index) => [vhost, lists[index] ?? []]));
  } catch {
    return null;
  }
}

/**
 * What is foreign stays. What runs on a host that is well stays, whatever befalls the others: these are unknown, and
 * unknown is not empty.
 */
function wrongIn(
  stage: HostsStage,
  lists: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const has = (vhost: string, url: string) => lists.get(vhost)?.includes(url) === true;
  const lost = stage.hosts
    .filter(({ wellSince }) => isWellFor(wellSince))
    .flatMap((host) =>
      [...host.running]
        .filter(([vhost, { url, since }]) => isOld(since) && !has(vhost, url))
        .map(([vhost, { url }]) => `${vhost} lacks ${url} of ${host.name}, which is well`),
    );
  return has(FOREIGN, stage.stranger.url) ? lost : [...lost, `${FOREIGN} lost what is foreign`];
}

function isOld(since: number): boolean {
  return performance.now() - since > ROUTED_WITHIN_MS;
}

/** Whose answers are right. */
function namesOf({ hosts }: HostsStage, vhost: string): readonly string[] {
  return hosts.flatMap(({ running }) => running.get(vhost)?.container.name ?? []);
}

/** Whether somebody has to answer: what is foreign, and whoever is on a host that is well. */
function mustAnswer({ hosts }: HostsStage, vhost: string): boolean {
  const isServed = ({ wellSince, running }: Host) => {
    const resident = running.get(vhost);
    return resident !== undefined && isOld(resident.since) && isWellFor(wellSince);
  };
  return vhost === FOREIGN || hosts.some(isServed);
}
