import { onTestFinished } from 'vitest';
import {
  type FakeDocker,
  type FakeDockerOptions,
  startFakeDocker,
} from '../fakes/docker-daemon.ts';
import type { FakeContainerSpec } from '../fakes/world.ts';
import { type Controller, startController } from './controller.ts';
import { type RedisPart, startRedis } from './redis.ts';
import { openRoutes, type Routes, urlOf } from './routes.ts';

/** The built controller between a simulated engine and a private Redis; ends with the test. */
export interface FakeSystem {
  readonly fake: FakeDocker;
  readonly redis: RedisPart;
  readonly routes: Routes;
  readonly controller: Controller;
  /** Starts a simulated container that asks for a vhost; returns its id and URL. */
  run(host: string, spec?: FakeContainerSpec): { readonly id: string; readonly url: string };
  /** Another controller on the same Redis, by default on the same engine. */
  another(env?: Readonly<Record<string, string>>, engine?: FakeDocker): Promise<Controller>;
}

/** How a fake system differs from the defaults. */
export interface FakeSystemOptions {
  readonly docker?: FakeDockerOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** False: do not wait until the controller is ready. */
  readonly ready?: boolean;
  /** Arranges the engine before the controller starts. */
  readonly before?: (fake: FakeDocker) => void;
}

/** Deadlines that a test can wait for. */
const TEST_DEFAULTS = {
  AUTODOCK_HOLD: '0',
  AUTODOCK_DOCKER_TIMEOUT: '500ms',
  AUTODOCK_RESYNC_INTERVAL: '1s',
};

export async function openFakeSystem(options: FakeSystemOptions = {}): Promise<FakeSystem> {
  const fake = await startFakeDocker(options.docker);
  onTestFinished(fake.close);
  const redis = await startRedis();
  onTestFinished(redis.stop);
  options.before?.(fake);
  const start = async (env: Readonly<Record<string, string>> = {}, engine = fake) => {
    const controller = await startController({
      dockerHost: engine.host,
      redisUrl: redis.url,
      env: { ...TEST_DEFAULTS, ...options.env, ...env },
    });
    onTestFinished(controller.close);
    return controller;
  };
  const controller = await start();
  if (options.ready !== false) await controller.waitReady();
  return {
    fake,
    redis,
    routes: openRoutes(redis.client),
    controller,
    run: (host, spec) => runSimulated(fake, host, spec),
    another: start,
  };
}

/** Starts a simulated container that asks for a vhost. */
export function runSimulated({ world }: FakeDocker, host: string, spec: FakeContainerSpec = {}) {
  const id = world.create({ env: [`VIRTUALHOST=${host}`], ...spec });
  world.start(id);
  return { id, url: urlOf(world.containers.get(id)?.endpoints.values().next().value?.ipv4 ?? '') };
}
