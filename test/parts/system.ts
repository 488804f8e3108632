import { join } from 'node:path';
import { type Controller, type ControllerOptions, startController } from './controller.ts';
import {
  type DockerPart,
  engineSocket,
  openDocker,
  type RunOptions,
  type TestContainer,
} from './docker.ts';
import { type EngineGate, openEngineGate } from './engine-gate.ts';
import { type Front, type FrontAnswer, request, startFront } from './front.ts';
import { verdictOn } from './looks.ts';
import { type RedisPart, type RedisPartOptions, startRedis } from './redis.ts';
import { openRoutes, type Routes, urlOf } from './routes.ts';
import { waitFor } from './wait-for.ts';

/** How a system under test is put together. */
export interface SystemOptions {
  /** Further variables of the controller. */
  readonly env?: Readonly<Record<string, string>>;
  readonly redis?: RedisPartOptions;
  /** Further variables of the front. */
  readonly frontEnv?: Readonly<Record<string, string>>;
  /** False: the controller speaks to the engine itself and sees all its containers. Default true. */
  readonly gated?: boolean;
  /** True: no event ever reaches the controller, whoever else uses the engine. */
  readonly losesEvents?: boolean;
  /** The folder of another version that was built, whose controller and front are run. Default: this one. */
  readonly build?: string;
}

/** The whole way: a real engine behind a gate, a private Redis, the front, and the built controller. */
export interface System {
  readonly docker: DockerPart;
  readonly gate: EngineGate;
  readonly redis: RedisPart;
  readonly front: Front;
  readonly routes: Routes;
  readonly controller: Controller;
  /** For commands beside the controller: `runCommand(system.options, 'plan')`. */
  readonly options: ControllerOptions;
  /** A host name that no other test has. */
  host(name: string): string;
  /** Starts a container with `VIRTUALHOST` (if given) and other options. */
  run(virtualHost: string | null, options?: RunOptions): Promise<TestContainer>;
  /** One request through the front. */
  get(host: string, path?: string): Promise<FrontAnswer>;
  /** The URL that a container should stand for. */
  url(container: TestContainer, port?: number, network?: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * What tests need that is not what users have: no grace for a lost vhost (tests of that set it), so that
 * "gone" can be told from "held" at once.
 */
const TEST_DEFAULTS = { AUTODOCK_HOLD: '0' };

/** Starts everything and waits until the controller is ready. */
export async function openSystem(options: SystemOptions = {}): Promise<System> {
  const docker = openDocker();
  const gate = await openEngineGate(engineSocket(), docker.scope);
  gate.loseEvents(options.losesEvents === true);
  const redis = await startRedis(options.redis);
  const front = await startFront({
    redisSocket: redis.socket,
    env: options.frontEnv ?? {},
    ...(options.build === undefined ? {} : { build: options.build }),
  });
  const target: ControllerOptions = {
    dockerHost: options.gated === false ? `unix://${engineSocket()}` : gate.host,
    redisUrl: redis.url,
    env: { ...TEST_DEFAULTS, ...options.env },
    ...(options.build === undefined ? {} : { main: join(options.build, 'dist/main.js') }),
  };
  const controller = await startController(target);
  const close = async () => {
    await controller.close();
    await docker.close();
    await gate.close();
    await front.stop();
    await redis.stop();
    if (gate.forbidden.length > 0) {
      throw new Error(
        `the engine was asked for what is not permitted: ${gate.forbidden.join(', ')}`,
      );
    }
  };
  try {
    await controller.waitReady();
  } catch (error) {
    await close();
    throw error;
  }
  const host = (name: string) => `${name}.${docker.scope}.test`;
  return {
    docker,
    gate,
    redis,
    front,
    routes: openRoutes(redis.client),
    controller,
    options: target,
    host,
    run: (virtualHost, runOptions = {}) => {
      const own = virtualHost === null ? {} : { VIRTUALHOST: virtualHost };
      const env = Array.isArray(runOptions.env)
        ? (runOptions.env as readonly string[])
        : { ...own, ...runOptions.env };
      return docker.run({ ...runOptions, env });
    },
    get: (name, path) => request(front.port, name, path),
    url: async (container, port, network) => urlOf(await container.address(network), port),
    close,
  };
}

/** Waits until the controller's verdict on a container is `verdict`, and returns all that it says of it. */
export function verdictOf({ controller }: System, { id }: TestContainer, verdict: string) {
  return verdictOn(controller, id, verdict);
}

/** Waits until the front answers for a host with this status and, if given, body. */
export function frontAnswers(
  system: System,
  host: string,
  status: number,
  body?: string,
): Promise<FrontAnswer> {
  return waitFor(`the front to answer ${status} for ${host}`, async () => {
    const answer = await system.get(host);
    const isIt = answer.status === status && (body === undefined || answer.body.trim() === body);
    if (!isIt) throw new Error(`${answer.status}: ${answer.body.slice(0, 200)}`);
    return answer;
  });
}
