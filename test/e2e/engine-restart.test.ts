import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Controller, startController } from '../parts/controller.ts';
import { type DockerPart, openDocker } from '../parts/docker.ts';
import { type PrivateEngine, startPrivateEngine } from '../parts/private-engine.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes, urlOf } from '../parts/routes.ts';
import { waitFor } from '../parts/wait-for.ts';

/** A second real engine, spoken to directly: here the engine itself stops, dies and freezes. */
describe('an engine of the test’s own', () => {
  let engine: PrivateEngine;
  let docker: DockerPart;
  let redis: RedisPart;
  let routes: Routes;
  let controller: Controller;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    engine = await startPrivateEngine();
    closing.unshift(engine.close);
    docker = openDocker(engine.socketPath);
    redis = await startRedis();
    closing.unshift(redis.stop);
    routes = openRoutes(redis.client);
    controller = await startController({
      dockerHost: `unix://${engine.socketPath}`,
      redisUrl: redis.url,
      env: { AUTODOCK_HOLD: '0', AUTODOCK_DOCKER_TIMEOUT: '2s' },
    });
    closing.unshift(controller.close);
    await controller.waitReady();
  });
  afterAll(async () => {
    await engine.start();
    await docker.close();
    for (const close of closing) await close();
  });

  const dockerIs = (up: 0 | 1) =>
    waitFor(`docker_up to be ${up}`, async () => {
      expect((await controller.metrics()).value('autodock_docker_up')).toBe(up);
    });
  /** Containers that the engine starts again by itself. */
  const runTwo = async (name: string) => {
    const hosts = [`${name}-1.${docker.scope}.test`, `${name}-2.${docker.scope}.test`] as const;
    const containers = [
      await docker.run({ env: { VIRTUALHOST: hosts[0] }, restart: 'always' }),
      await docker.run({ env: { VIRTUALHOST: hosts[1] }, restart: 'always' }),
    ] as const;
    const areRight = async () => {
      for (const index of [0, 1] as const) {
        const address = await waitFor('an address', () => containers[index].address());
        await routes.becomes(hosts[index], [urlOf(address)]);
      }
    };
    await areRight();
    return { hosts, areRight };
  };

  test('D9: that is stopped and started again gets all its routes again, at their new addresses', async () => {
    const { areRight } = await runTwo('graceful');

    await engine.signal('SIGTERM');
    await dockerIs(0);
    await engine.start();

    await dockerIs(1);
    await areRight();
    await controller.waitReady();
  });

  test('D8, D5: that is killed takes no route with it, and is right again after its restart', async () => {
    const { hosts, areRight } = await runTwo('killed');
    const before = await routes.read(hosts[0]);

    await engine.signal('SIGKILL');
    await dockerIs(0);
    expect(await routes.read(hosts[0])).toEqual(before);
    await engine.start();

    await dockerIs(1);
    await areRight();
  });

  test('D6: that freezes changes nothing, and what waited is done when it wakes', async () => {
    const { hosts, areRight } = await runTwo('frozen');
    const watch = routes.watch(...hosts);

    await engine.signal('SIGSTOP');
    // Nothing ends, and nothing is told: only a pass can find it.
    await controller.reconcile();
    await dockerIs(0);
    await engine.signal('SIGCONT');

    await dockerIs(1);
    await areRight();
    await watch.stop();
    for (const host of hosts) expect(watch.history(host)).toHaveLength(1);
  });
});
