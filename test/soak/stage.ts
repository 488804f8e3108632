import pLimit, { type LimitFunction } from 'p-limit';
import { type Backend, startBackend } from '../parts/backend.ts';
import { type Controller, startController } from '../parts/controller.ts';
import { type DockerPart, engineSocket, openDocker, type TestNetwork } from '../parts/docker.ts';
import { type EngineGate, openEngineGate } from '../parts/engine-gate.ts';
import { type Front, startFront } from '../parts/front.ts';
import { type PrivateEngine, startPrivateEngine } from '../parts/private-engine.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { type Ledger, openLedger, type Side } from './ledger.ts';

/** One engine with its controller. */
export interface Site {
  readonly side: Side;
  readonly docker: DockerPart;
  readonly controller: Controller;
  /** Whether its containers are reached from here. */
  readonly isReached: boolean;
  /** What speaks to the engine waits here while a fault keeps the engine from answering. */
  readonly engineLock: LimitFunction;
  /** Those that containers may be on. */
  readonly networks: readonly TestNetwork[];
  readonly drains: Drains;
}

/** Drains of containers, as `autodock drain` writes them. `done` is called before anything else happens to Redis. */
export interface Drains {
  write(owner: string, shortId: string, done: () => void): Promise<void>;
  remove(owner: string, shortId: string, done: () => void): Promise<void>;
}

/** Where containers are started. */
export const BRIDGE = 'bridge';
/** For how long a stop signal counts. */
export const STOPPING_MS = 2_000;

/** Real parts alone: two engines with a controller each, one Redis, one front, and strangers' backends. */
export interface Stage {
  readonly ledger: Ledger;
  /** The machine's engine; its containers are asked through the front. */
  readonly main: Site & { readonly gate: EngineGate };
  /** An engine that can die and freeze; its containers are not reached from here. */
  readonly second: Site & { readonly engine: PrivateEngine };
  readonly redis: RedisPart;
  /** Samples and writes of the soak itself, one at a time: so it is known what each sample may show. */
  readonly exclusive: LimitFunction;
  readonly front: Front;
  readonly strangers: readonly Backend[];
  /** Another controller under the owner of the main one, until it is closed. */
  rival(): Promise<Controller>;
  close(): Promise<void>;
}

/** Enough that removals at once can make the guard put them off. */
const MAIN_HOSTS = 16;
const SECOND_HOSTS = 5;
const STRANGERS = ['127.0.0.11', '127.0.0.12', '127.0.0.13'];

/** Shorter than in production, so that each round meets every deadline. */
const SETTINGS = {
  AUTODOCK_RESYNC_INTERVAL: '5s',
  AUTODOCK_HOLD: '2s',
  AUTODOCK_STOPPING: `${STOPPING_MS}ms`,
  AUTODOCK_DOCKER_TIMEOUT: '3s',
  // Engines before 23 have the ID of their host, both; newer ones are two hosts, whose addresses may be the same.
  AUTODOCK_SHARED_NETWORK: 'true',
};

/** Starts everything and waits until both controllers are ready. Needs root, for the second engine. */
export async function openStage(): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = [];
  const closed = async <T>(opening: Promise<T>, close: (part: T) => Promise<unknown>) => {
    const part = await opening;
    closing.unshift(() => close(part));
    return part;
  };
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };
  try {
    const redis = await closed(startRedis(), (part) => part.stop());
    const engine = await closed(startPrivateEngine(), (part) => part.close());
    const docker = await closed(Promise.resolve(openDocker()), (part) => part.close());
    const own = openDocker(engine.socketPath);
    const gate = await closed(openEngineGate(engineSocket(), docker.scope), (part) => part.close());
    const run = (owner: string, dockerHost: string) =>
      closed(
        startController({
          dockerHost,
          redisUrl: redis.url,
          env: { ...SETTINGS, AUTODOCK_OWNER: owner },
        }),
        (part) => part.close(),
      );
    const controllers = [
      await run('soak-main', gate.host),
      await run('soak-second', `unix://${engine.socketPath}`),
    ] as const;
    const front = await closed(startFront({ redisSocket: redis.socket }), (part) => part.stop());
    const strangers = await Promise.all(
      STRANGERS.map((address) =>
        closed(startBackend(`stranger ${address}`, address), (part) => part.close()),
      ),
    );
    for (const controller of controllers) await controller.waitReady();
    const sides = [
      sideOf('soak-main', docker.scope, MAIN_HOSTS),
      sideOf('soak-second', own.scope, SECOND_HOSTS),
    ] as const;
    const exclusive = pLimit(1);
    const drains = drainsOf(redis, exclusive);
    const networks = [bridgeOf(docker), await docker.network()];
    const site = (index: 0 | 1, part: DockerPart, atOnce: number) => ({
      side: sides[index],
      docker: part,
      controller: controllers[index],
      isReached: index === 0,
      engineLock: pLimit(atOnce),
      networks,
      drains,
    });
    return {
      ledger: openLedger(sides),
      main: { ...site(0, docker, Number.POSITIVE_INFINITY), gate },
      second: { ...site(1, own, 1), engine },
      redis,
      exclusive,
      front,
      strangers,
      rival: () =>
        startController({
          dockerHost: gate.host,
          redisUrl: redis.url,
          env: { ...SETTINGS, AUTODOCK_OWNER: 'soak-main' },
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function drainsOf({ client }: RedisPart, exclusive: LimitFunction): Drains {
  const key = (owner: string) => `autodock:drain:${owner}`;
  return {
    write: (owner, id, done) =>
      exclusive(async () => {
        await client.hset(key(owner), id, '{"by":"soak"}');
        done();
      }),
    remove: (owner, id, done) =>
      exclusive(async () => {
        await client.hdel(key(owner), id);
        done();
      }),
  };
}

function bridgeOf({ engine }: DockerPart): TestNetwork {
  const network = engine.getNetwork(BRIDGE);
  return {
    name: BRIDGE,
    connect: async ({ id }) => void (await network.connect({ Container: id })),
    disconnect: async ({ id }) => void (await network.disconnect({ Container: id })),
  };
}

function sideOf(owner: string, scope: string, count: number): Side {
  const hosts = Array.from({ length: count }, (_, index) => `h${index}.${scope}.test`);
  return { owner, hosts, lives: new Set() };
}
