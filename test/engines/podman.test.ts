import Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Controller, runCommand, startController } from '../parts/controller.ts';
import { engineSocket } from '../parts/docker.ts';
import { type Podman, startPodman } from '../parts/podman.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes, urlOf } from '../parts/routes.ts';
import { testImage } from '../parts/test-image.ts';
import { waitFor } from '../parts/wait-for.ts';

let podman: Podman;
let redis: RedisPart;
let routes: Routes;
let controller: Controller;
let image: string;
const options = () => ({
  dockerHost: `unix://${podman.socketPath}`,
  redisUrl: redis.url,
  env: { AUTODOCK_OWNER: 'podman', AUTODOCK_HOLD: '0' },
});

beforeAll(async () => {
  podman = await startPodman();
  image = await testImage(new Dockerode({ socketPath: engineSocket() }), 'web');
  await podman.take(image);
  redis = await startRedis();
  routes = openRoutes(redis.client);
  controller = await startController(options());
  await controller.waitReady();
});
afterAll(async () => {
  await controller.close();
  await redis.stop();
  await podman.close();
});

/** Starts a container that asks for a host, and returns its id. */
const run = (host: string, ...more: readonly string[]) =>
  podman.podman('run', '--detach', '--env', `VIRTUALHOST=${host}`, ...more, image);
const addressOf = async (name: string) => {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return podman.podman('inspect', '--format', format, name);
};
const isRouted = async (host: string, name: string) =>
  routes.becomes(host, [urlOf(await addressOf(name))]);
const verdictOf = async (name: string) => {
  const { containers } = await controller.api<{
    readonly containers: readonly { readonly name: string; readonly verdict: string }[];
  }>('containers');
  return containers.find((one) => one.name === name)?.verdict;
};

test('a container that exposes a port is routed, and is no more when it has died', async () => {
  await run('plain.test', '--name', 'plain');
  await isRouted('plain.test', 'plain');
  await podman.podman('kill', 'plain');
  await routes.isGone('plain.test');
});

test('a paused one is held, and routed again', async () => {
  await run('paused.test', '--name', 'paused');
  await isRouted('paused.test', 'paused');
  await podman.podman('pause', 'paused');
  await waitFor('the host to be held', async () =>
    expect((await routes.read('paused.test'))?.urls).toEqual([]),
  );
  await podman.podman('unpause', 'paused');
  await isRouted('paused.test', 'paused');
});

test('who shares the network of another one has its address, and takes nothing from it', async () => {
  await run('holder.test', '--name', 'holder');
  await run('joined.test', '--name', 'joined', '--network', 'container:holder');
  await isRouted('holder.test', 'holder');
  await isRouted('joined.test', 'holder');
  // podman removes none that others share the network of.
  await podman.podman('rm', '--force', '--time', '0', 'joined');
  await routes.isGone('joined.test');
  await isRouted('holder.test', 'holder');
});

test('neither one on the host network nor one without a network makes a pass fail', async () => {
  await run('on-host.test', '--name', 'on-host', '--network', 'host');
  await run('none.test', '--name', 'none', '--network', 'none');
  // What such a container exposes podman 4.3 does not tell.
  for (const name of ['on-host', 'none']) {
    await waitFor('a verdict', async () => expect(await verdictOf(name)).toBe('port-not-exposed'));
  }
  expect((await runCommand(options(), 'once')).code).toBe(0);
});

test('another ID at each call does not end the controller, nor does a restart leave routes behind', async () => {
  await run('stays.test', '--name', 'stays');
  await isRouted('stays.test', 'stays');
  await controller.restart();
  await controller.waitReady();
  expect(await controller.reconcile()).toBe(202);
  await podman.podman('rm', '--force', '--time', '0', 'stays');
  await routes.isGone('stays.test');
  expect(controller.hasEnded()).toBe(false);
});
