import Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Controller, runCommand, startController } from '../parts/controller.ts';
import { engineSocket } from '../parts/docker.ts';
import {
  openPodmanMachine,
  type Podman,
  type PodmanMachine,
  type PodmanUser,
} from '../parts/podman.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes, urlOf } from '../parts/routes.ts';
import { testImage } from '../parts/test-image.ts';
import { waitFor } from '../parts/wait-for.ts';

/** podman 4.3 and 5.4. */
const SUITES = ['bookworm', 'trixie'] as const;
const { PODMAN_SUITE } = process.env;
const ASKED = SUITES.filter((suite) => PODMAN_SUITE === undefined || PODMAN_SUITE === suite);

/** Events alone tell of what happens: nothing is found by the timer. */
const NO_TIMER = { AUTODOCK_RESYNC_INTERVAL: '1h' };

interface Side {
  readonly podman: Podman['podman'];
  readonly routes: Routes;
  readonly controller: Controller;
  readonly options: { dockerHost: string; redisUrl: string; env: Record<string, string> };
  /** Starts a container that asks for a host; it is called like the host's first label. Its image exposes port 80. */
  run(host: string, ...more: readonly string[]): Promise<string>;
  /** The same of an image that exposes port 3000. */
  run3000(host: string, ...more: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

async function openSide(machine: PodmanMachine, user: PodmanUser, env: Record<string, string>) {
  const { socketPath, podman, take } = await machine.serve(user);
  const docker = new Dockerode({ socketPath: engineSocket() });
  const image = await testImage(docker, 'web');
  const single = await testImage(docker, 'single');
  for (const one of [image, single]) await take(one);
  const redis: RedisPart = await startRedis();
  const options = {
    dockerHost: `unix://${socketPath}`,
    redisUrl: redis.url,
    env: { AUTODOCK_OWNER: 'podman', AUTODOCK_HOLD: '0', ...NO_TIMER, ...env },
  };
  const controller = await startController(options);
  await controller.waitReady();
  const runOf =
    (of: string) =>
    (host: string, ...more: readonly string[]) => {
      const name = host.split('.', 1)[0] ?? host;
      const how = ['--detach', '--name', name, '--env', `VIRTUALHOST=${host}`];
      return podman('run', ...how, ...more, of);
    };
  const side: Side = {
    ...{ podman, routes: openRoutes(redis.client), controller, options },
    run: runOf(image),
    run3000: runOf(single),
    async close() {
      await controller.close();
      await redis.stop();
    },
  };
  return side;
}

async function addressOf({ podman }: Side, name: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return podman('inspect', '--format', format, name);
}

async function isRouted(side: Side, host: string, name: string, port = 80): Promise<void> {
  await side.routes.becomes(host, [urlOf(await addressOf(side, name), port)]);
}

async function hasVerdict({ controller }: Side, name: string, verdict: string): Promise<void> {
  await waitFor(`the verdict of ${name}`, async () => {
    const { containers } = await controller.api<{
      readonly containers: readonly { readonly name: string; readonly verdict: string }[];
    }>('containers');
    expect(containers.find((one) => one.name === name)?.verdict).toBe(verdict);
  });
}

describe.each(ASKED)('podman of %s', (suite) => {
  let machine: PodmanMachine;
  beforeAll(async () => {
    machine = await openPodmanMachine(suite);
  });
  afterAll(() => machine.close());

  describe('of root', () => {
    let side: Side;
    beforeAll(async () => {
      side = await openSide(machine, 'root', {});
    });
    afterAll(() => side.close());

    test('routes a container that exposes a port, until it dies', async () => {
      await side.run('plain.test');
      await isRouted(side, 'plain.test', 'plain');
      await side.podman('kill', 'plain');
      await side.routes.isGone('plain.test');
    });

    test('holds the host of a paused one', async () => {
      await side.run('paused.test');
      await isRouted(side, 'paused.test', 'paused');
      await side.podman('pause', 'paused');
      await side.routes.isHeld('paused.test');
      await side.podman('unpause', 'paused');
      await isRouted(side, 'paused.test', 'paused');
    });

    test('routes who shares the network of another one to its address, and takes nothing from it', async () => {
      await side.run('holder.test');
      await side.run('joined.test', '--network', 'container:holder');
      await isRouted(side, 'holder.test', 'holder');
      await isRouted(side, 'joined.test', 'holder');
      // podman removes none that others share the network of.
      await side.podman('rm', '--force', '--time', '0', 'joined');
      await side.routes.isGone('joined.test');
      await isRouted(side, 'holder.test', 'holder');
    });

    test('routes who shares a network to what its own image exposes, of whatever else shares it', async () => {
      await side.run('web.test');
      await side.run3000('app.test', '--network', 'container:web');
      await side.podman('pod', 'create', '--name', 'plain-pod');
      await side.run('of-pod.test', '--pod', 'plain-pod');
      await side.run3000('too.test', '--pod', 'plain-pod');
      const format = '{{.InfraContainerID}}';
      const infra = await side.podman('pod', 'inspect', '--format', format, 'plain-pod');
      await isRouted(side, 'app.test', 'web', 3000);
      await isRouted(side, 'of-pod.test', infra);
      await isRouted(side, 'too.test', infra, 3000);
    });

    test('routes those of a pod to its one address, each until it dies', async () => {
      await side.podman('pod', 'create', '--name', 'pod', '--publish', '127.0.0.1:8099:80');
      await side.run('first.test', '--pod', 'pod');
      await side.run('second.test', '--pod', 'pod', '--env', 'LISTEN=8080');
      const infra = await side.podman('pod', 'inspect', '--format', '{{.InfraContainerID}}', 'pod');
      await isRouted(side, 'first.test', infra);
      await isRouted(side, 'second.test', infra);
      await side.podman('kill', 'second');
      await side.routes.isGone('second.test');
      await isRouted(side, 'first.test', infra);
      await side.podman('pod', 'rm', '--force', '--time', '0', 'pod');
      await side.routes.isGone('first.test');
    });

    test('routes one with a health check while its last probe succeeded', async () => {
      const check = ['--health-cmd', 'test -e /healthy', '--health-interval', 'disable'];
      await side.run('checked.test', ...check, '--health-retries', '1');
      await hasVerdict(side, 'checked', 'starting');
      await side.podman('exec', 'checked', 'touch', '/healthy');
      await side.podman('healthcheck', 'run', 'checked');
      await isRouted(side, 'checked.test', 'checked');
      await side.podman('exec', 'checked', 'rm', '/healthy');
      await side.podman('healthcheck', 'run', 'checked').catch(() => undefined);
      await hasVerdict(side, 'checked', 'unhealthy');
      await side.routes.isHeld('checked.test');
    });

    test('makes no pass fail by one on the network of the host, or without a network', async () => {
      await side.run('none.test', '--network', 'none');
      await side.run('on-host.test', '--network', 'host');
      await hasVerdict(side, 'none', 'no-address');
      await hasVerdict(side, 'on-host', 'routed');
      expect((await runCommand(side.options, 'once')).code).toBe(0);
    });

    test('tells another ID at each call, which neither ends the controller nor leaves routes behind', async () => {
      await side.run('stays.test');
      await isRouted(side, 'stays.test', 'stays');
      await side.controller.restart();
      await side.controller.waitReady();
      expect(await side.controller.reconcile()).toBe(202);
      await side.podman('rm', '--force', '--time', '0', 'stays');
      await side.routes.isGone('stays.test');
      expect(side.controller.hasEnded()).toBe(false);
    });
  });

  describe('of somebody who is not root', () => {
    let side: Side;
    beforeAll(async () => {
      side = await openSide(machine, 'somebody', { AUTODOCK_ADDRESS: 'published' });
    });
    afterAll(() => side.close());

    test('routes a container to the port that it publishes, where it answers, until it dies', async () => {
      await side.run('published.test', '--publish', '8085:80', '--env', 'NAME=published');
      await side.routes.becomes('published.test', [urlOf('127.0.0.1', 8085)]);
      const answer = await machine.ask(
        "exec 3<>/dev/tcp/127.0.0.1/8085; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3",
      );
      expect(answer).toContain('published 80');
      await side.podman('kill', 'published');
      await side.routes.isGone('published.test');
    });

    test('routes one of several ports that it publishes, though they follow one another', async () => {
      await side.run('range.test', '--publish', '8086-8088:80-82', '--env', 'PORT=81');
      await side.routes.becomes('range.test', [urlOf('127.0.0.1', 8087)]);
    });

    test('tells what to publish of one that publishes nothing', async () => {
      await side.run('inside.test');
      await hasVerdict(side, 'inside', 'port-not-published');
    });
  });
});
