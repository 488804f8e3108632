import { onTestFinished } from 'vitest';
import {
  type FakeDocker,
  type FakeDockerOptions,
  startFakeDocker,
} from '../fakes/docker-daemon.ts';
import type { FakeContainerSpec } from '../fakes/world.ts';
import { type Controller, type ControllerOptions, startController } from './controller.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type RedisPart, type RedisPartOptions, startRedis } from './redis.ts';
import { openRoutes, type Routes, urlOf } from './routes.ts';

/** The built controller between a simulated engine and a private Redis; ends with the test, or as told. */
export interface FakeSystem {
  readonly fake: FakeDocker;
  readonly redis: RedisPart;
  readonly routes: Routes;
  readonly controller: Controller;
  /** For commands beside the controller: `runCommand(system.options, 'plan')`. */
  readonly options: ControllerOptions;
  /** Starts a simulated container that asks for a vhost; returns its id and URL. */
  run(host: string, spec?: FakeContainerSpec): Simulated;
  /** The same, and waits until it is routed. */
  routed(host: string, spec?: FakeContainerSpec): Promise<Simulated>;
  /** Another controller on the same Redis, by default on the same engine. */
  another(env?: Readonly<Record<string, string>>, engine?: FakeDocker): Promise<Controller>;
}

/** A simulated container that asks for a vhost. */
export interface Simulated {
  readonly id: string;
  readonly url: string;
}

/** How a fake system differs from the defaults. */
export interface FakeSystemOptions {
  readonly docker?: FakeDockerOptions;
  readonly redis?: RedisPartOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** False: do not wait until the controller is ready. */
  readonly ready?: boolean;
  /** Arranges both sides before the controller starts. */
  readonly before?: (fake: FakeDocker, redis: RedisPart) => unknown;
  /** How the controller reaches them, if not by their sockets. */
  readonly way?: (fake: FakeDocker, redis: RedisPart) => Promise<Partial<ControllerOptions>>;
}

/** Both sides may be as slow as a machine that is busy with others makes them: no call fails by luck. */
const TEST_DEFAULTS = {
  AUTODOCK_HOLD: '0',
  AUTODOCK_DOCKER_TIMEOUT: '10s',
  AUTODOCK_REDIS_TIMEOUT: '10s',
  // Several engines of a test are as if on one network.
  AUTODOCK_SHARED_NETWORK: 'true',
};

/** For tests in which an engine leaves a call without an answer: the deadline comes soon. */
export const DOCKER_SILENT = { AUTODOCK_DOCKER_TIMEOUT: '500ms' };

/** The same of Redis. */
export const REDIS_SILENT = { AUTODOCK_REDIS_TIMEOUT: '2s' };

/** @param atEnd is given what ends its parts, the last one first. Default: they end with the test. */
export async function openFakeSystem(
  options: FakeSystemOptions = {},
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<FakeSystem> {
  const fake = await startFakeDocker(options.docker);
  atEnd(fake.close);
  const redis = await startRedis(options.redis);
  atEnd(redis.stop);
  await options.before?.(fake, redis);
  const target = {
    dockerHost: fake.host,
    redisUrl: redis.url,
    ...(await options.way?.(fake, redis)),
    env: { ...TEST_DEFAULTS, ...options.env },
  };
  const start = async (env: Readonly<Record<string, string>> = {}, engine?: FakeDocker) => {
    const dockerHost = engine?.host ?? target.dockerHost;
    const controller = await startController({
      ...target,
      dockerHost,
      env: { ...target.env, ...env },
    });
    atEnd(controller.close);
    return controller;
  };
  const controller = await start();
  if (options.ready !== false) await controller.waitReady();
  const routes = openRoutes(redis.client);
  const run = (host: string, spec?: FakeContainerSpec) => runSimulated(fake, host, spec);
  return {
    fake,
    redis,
    routes,
    controller,
    options: target,
    run,
    routed: async (host, spec) => {
      const simulated = run(host, spec);
      await routes.becomes(host, [simulated.url]);
      return simulated;
    },
    another: start,
  };
}

/** A fake system whose Redis is reached through a proxy on whose way anything may go wrong. */
export async function openProxiedSystem(
  options: FakeSystemOptions = {},
): Promise<FakeSystem & { readonly proxy: FaultProxy }> {
  const proxies: FaultProxy[] = [];
  const way = async (_fake: FakeDocker, { socket }: RedisPart) => {
    const proxy = await startFaultProxy(socket);
    onTestFinished(proxy.stop);
    proxies.push(proxy);
    return { redisUrl: `redis://127.0.0.1:${proxy.port}` };
  };
  const system = await openFakeSystem({ ...options, way });
  const [proxy] = proxies;
  if (proxy === undefined) throw new Error('no proxy was started');
  return { ...system, proxy };
}

/** Starts a simulated container that asks for a vhost. */
export function runSimulated(
  { world }: FakeDocker,
  host: string,
  spec: FakeContainerSpec = {},
): Simulated {
  const id = world.create({ env: [`VIRTUALHOST=${host}`], ...spec });
  world.start(id);
  return { id, url: urlOf(world.containers.get(id)?.endpoints.values().next().value?.ipv4 ?? '') };
}
