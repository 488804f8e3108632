import { test as base, expect } from 'vitest';
import { type Controller, startController } from '../parts/controller.ts';
import { type DockerPart, openDocker } from '../parts/docker.ts';
import { type PrivateEngine, startPrivateEngine } from '../parts/private-engine.ts';
import { startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes, urlOf } from '../parts/routes.ts';
import { waitFor } from '../parts/wait-for.ts';

interface Parts {
  readonly engine: PrivateEngine;
  readonly docker: DockerPart;
  readonly routes: Routes;
  readonly start: () => Promise<Controller>;
}

const KEEPS = { 'live-restore': true };
const PASSES = 'autodock_reconcile_duration_seconds_count';

/** Containers outlive this engine. From version 25 on it then begins their health checks anew (moby#47051). */
const test = base.extend<'parts', Parts>(
  'parts',
  { scope: 'file' },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures it depends on from it
  async ({}, { onCleanup }) => {
    const closing: (() => Promise<void>)[] = [];
    onCleanup(async () => {
      for (const close of closing) await close();
    });
    const engine = await startPrivateEngine(KEEPS);
    closing.unshift(engine.close);
    const docker = openDocker(engine.socketPath);
    closing.unshift(docker.close);
    const redis = await startRedis();
    closing.unshift(redis.stop);
    const start = async () => {
      const dockerHost = `unix://${engine.socketPath}`;
      const controller = await startController({ dockerHost, redisUrl: redis.url });
      closing.unshift(controller.close);
      await controller.waitReady();
      return controller;
    };
    return { engine, docker, routes: openRoutes(redis.client), start };
  },
);

async function restart(engine: PrivateEngine, controller: Controller): Promise<void> {
  await engine.signal('SIGTERM');
  await waitFor('the engine to be missed', async () => {
    expect((await controller.metrics()).value('autodock_docker_up')).toBe(0);
  });
  await engine.start();
  await waitFor('the engine to be back', async () => {
    expect((await controller.metrics()).value('autodock_docker_up')).toBe(1);
  });
  await controller.reconcile();
}

test('a healthy container keeps its route when its engine restarts beneath it', async ({
  parts: { engine, docker, routes, start },
}) => {
  const controller = await start();
  const host = `kept.${docker.scope}.test`;
  // The first probe succeeds soon, and the second never ends. One that the engine begins as it shuts down fails,
  // which is one of many.
  const once = { Test: ['CMD-SHELL', 'test -e /once && exec sleep 1000; touch /once'] };
  const healthcheck = { ...once, Interval: 1e9, Timeout: 3600e9, Retries: 1_000 };
  const container = await docker.run({ env: { VIRTUALHOST: host }, healthcheck });
  const url = urlOf(await container.address());
  await routes.becomes(host, [url]);
  const watch = routes.watch(host);

  await restart(engine, controller);

  await watch.stop();
  expect(watch.history(host)).toEqual([[host, url]]);
});

test('containers keep their routes when an engine restarts that was told to keep them while it ran', async ({
  parts: { engine, docker, routes, start },
}) => {
  await engine.reload({ 'live-restore': false });
  const controller = await start();
  const host = `reloaded.${docker.scope}.test`;
  const container = await docker.run({ env: { VIRTUALHOST: host } });
  const url = urlOf(await container.address());
  await routes.becomes(host, [url]);
  const watch = routes.watch(host);
  await engine.reload(KEEPS);
  const passes = async () => (await controller.metrics()).value(PASSES);
  await waitFor('the controller to hear of it', async () => {
    const told = { action: 'reload' };
    expect((await controller.metrics()).value('autodock_docker_events_total', told)).toBe(1);
  });
  const before = await passes();
  await waitFor('a pass that began after that', async () => {
    await controller.reconcile();
    expect(await passes()).toBeGreaterThanOrEqual(before + 2);
  });

  await restart(engine, controller);

  await watch.stop();
  expect(watch.history(host)).toEqual([[host, url]]);
});
