import { type Backend, startBackend } from '../../parts/backend.ts';
import { type Controller, startController } from '../../parts/controller.ts';
import { type DockerPart, openDocker, type TestContainer } from '../../parts/docker.ts';
import { type Front, startFront } from '../../parts/front.ts';
import { type JoinedEngine, joinEngines } from '../../parts/joined-engines.ts';
import { startWatched, type Watched } from '../../parts/sentinels.ts';

/** One host: an engine and a controller in a network of their own, which a cut takes from all others. */
export interface Host {
  readonly name: string;
  readonly engine: JoinedEngine;
  readonly docker: DockerPart;
  readonly controller: Controller;
  /** What runs there now, by vhost. */
  readonly running: Map<string, Resident>;
  /** Since when nothing has been wrong with it; null: something is. */
  wellSince: number | null;
}

/** A container, and where it is reached. */
export interface Resident {
  readonly container: TestContainer;
  readonly url: string;
  readonly since: number;
}

/** Three hosts, three Redis that Sentinels watch, and a front beside them. */
export interface HostsStage {
  readonly hosts: readonly Host[];
  readonly redis: Watched;
  readonly front: Front;
  readonly stranger: Backend;
  /** Since when Redis has been well; null: it is not. */
  redisWellSince: number | null;
  close(): Promise<void>;
}

/** Every host has a container of it. */
export const SHARED = 'all.test';
/** A stranger has put a backend there. */
export const FOREIGN = 'foreign.test';
export const LEASE_MS = 10_000;

/** Shorter than in production, so that each round meets every deadline. */
const SETTINGS = {
  AUTODOCK_ADDRESS: 'published',
  AUTODOCK_LEASE: `${LEASE_MS}ms`,
  AUTODOCK_REAP_LAST: '15s',
  AUTODOCK_REDIS_TIMEOUT: '2s',
  AUTODOCK_DOCKER_TIMEOUT: '5s',
  AUTODOCK_RESYNC_INTERVAL: '5s',
  AUTODOCK_GUARD_MIN_DELETES: '100',
};
/** Of each host beside the others', hours. */
const CLOCKS = [0, 1, -1];

/** The vhost that one host alone has. */
export function ownVhost({ name }: Pick<Host, 'name'>): string {
  return `${name}.test`;
}

/** Starts everything, with a container of each vhost. Needs root. */
export async function openHostsStage(): Promise<HostsStage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };
  try {
    const joined = await joinEngines(CLOCKS.map(() => null));
    closing.unshift(joined.close);
    const redis = await startWatched({ replicas: 2, downAfterMs: 3_000, host: joined.address });
    closing.unshift(redis.stop);
    const stranger = await startBackend('stranger', '127.0.0.11');
    closing.unshift(stranger.close);
    await (await redis.master()).client.rpush(`frontend:${FOREIGN}`, FOREIGN, stranger.url);
    // What had begun when a link was cut for a moment goes on when TCP sends it again, after seconds; a link that stays
    // cut is told by the front's own looks.
    const times = { FRONT_HOLD: '10s', FRONT_CONNECT_TIMEOUT: '1s', FRONT_READ_TIMEOUT: '15s' };
    const env = { FRONT_REDIS: redis.url, ...times };
    const front = await startFront({ redisSocket: '', env });
    closing.unshift(front.stop);
    const hosts: Host[] = [];
    for (const [index, engine] of joined.engines.entries()) {
      const host = await openHost(`host-${index + 1}`, engine, redis.url, CLOCKS[index] ?? 0);
      closing.unshift(host.controller.close);
      hosts.push(host);
    }
    return { hosts, redis, front, stranger, redisWellSince: performance.now(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openHost(
  name: string,
  engine: JoinedEngine,
  redisUrl: string,
  clockHours: number,
): Promise<Host> {
  const controller = await startController({
    ...{ dockerHost: `unix://${engine.socketPath}`, redisUrl, namespace: engine.namespace },
    env: {
      ...SETTINGS,
      AUTODOCK_OWNER: name,
      AUTODOCK_HOST_ADDRESS: engine.address,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clockAt(clockHours))}`,
    },
  });
  const docker = openDocker(engine.socketPath);
  const wellSince = performance.now();
  const host = { name, engine, docker, controller, running: new Map(), wellSince };
  for (const vhost of [SHARED, ownVhost(host)]) await startResident(host, vhost);
  return host;
}

/** Starts a container there that asks for the vhost. */
export async function startResident(host: Host, vhost: string): Promise<void> {
  const { docker, engine, running } = host;
  const container = await docker.run({ env: { VIRTUALHOST: vhost }, publishAll: true });
  const url = `http://${engine.address}:${await container.published(80)}`;
  running.set(vhost, { container, url, since: performance.now() });
}

/** What makes a process of Node take another time for now. */
function clockAt(hours: number): string {
  return `const now = Date.now, by = ${hours} * 3600000;
    globalThis.Date = class extends Date {
      constructor(...of) { of.length === 0 ? super(now() + by) : super(...of); }
      static now() { return now() + by; }
    };`;
}
