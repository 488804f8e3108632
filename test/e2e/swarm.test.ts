import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SWARM_DRAINS } from '../../src/model/drain.ts';
import { type Controller, runCommand, startController } from '../parts/controller.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes } from '../parts/routes.ts';
import { type Node, type Swarm, startSwarm } from '../parts/swarm.ts';
import { waitFor } from '../parts/wait-for.ts';

const NETWORK = 'autodock';
const SLOW_MS = 240_000;
const LINES_SHOWN = 20;
/** From when Swarm wants a task no more until its node tells it to end. */
const NOTICE_MS = 3_000;
/** As often as managers are asked while something changes. */
const LOOK_MS = 500;

/** Two real engines that form a swarm, and a controller for each; what fronts would go by stands in Redis. */
describe('services of a swarm', { timeout: SLOW_MS }, () => {
  let swarm: Swarm;
  let redis: RedisPart;
  let controllers: readonly Controller[];
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    swarm = await startSwarm();
    closing.unshift(swarm.close);
    redis = await startRedis({ tcp: true });
    closing.unshift(redis.stop);
    await swarm.manager.docker('network', 'create', '-d', 'overlay', '--attachable', NETWORK);
    controllers = await Promise.all(swarm.nodes.map((node) => startController(options(node))));
    for (const controller of controllers) closing.unshift(controller.close);
    for (const controller of controllers) await controller.waitReady();
  }, SLOW_MS);
  afterAll(async () => {
    for (const close of closing) await close();
  }, SLOW_MS);

  // Whether Swarm had done its part is not to be guessed.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      const names = (await swarm.manager.docker('service', 'ls', '-q')).trim().split('\n');
      console.error(await swarm.manager.docker('service', 'ps', ...names));
      for (const [index, node] of swarm.nodes.entries()) {
        const lines = controllers[index]?.logs.slice(-LINES_SHOWN) ?? [];
        const told = lines.map((line) => JSON.stringify(line));
        console.error([await node.docker('ps', '-a'), ...told].join('\n'));
      }
    });
  });

  const options = (node: Node) => ({
    dockerHost: `unix://${node.socketPath}`,
    redisUrl: redis.url,
    env: { AUTODOCK_SWARM: 'true', AUTODOCK_NETWORKS: NETWORK, AUTODOCK_HOLD: '0' },
  });
  const service = (name: string, ...options: readonly string[]) =>
    swarm.manager.docker(
      ...['service', 'create', '-d', '--no-resolve-image', '--name', name],
      ...['--network', NETWORK, ...options, swarm.image],
    );
  const backends = async (host: string) =>
    (await redis.client.lrange(`frontend:${host}`, 1, -1)).sort();
  const become = (host: string, count: number) =>
    waitFor(`${count} backends for ${host}`, async () => {
      const found = await backends(host);
      expect(found).toHaveLength(count);
      return found;
    });
  /** Whether the manager tells that a task of this service is to end. */
  const isTold = async (name: string): Promise<boolean> => {
    const tasks = (await swarm.manager.engine.listTasks({
      filters: JSON.stringify({ service: [name] }),
    })) as readonly { DesiredState: string }[];
    return tasks.some(({ DesiredState }) => DesiredState !== 'running');
  };

  test('a label of the service asks for a host, on either node', async () => {
    await service('labelled', '--mode', 'global', '--label', 'autodock.host=labelled.test');

    const urls = await become('labelled.test', 2);
    expect(urls).toEqual([
      expect.stringMatching(/^http:\/\/10\.\d+\.\d+\.\d+:80$/),
      expect.stringMatching(/^http:\/\/10\.\d+\.\d+\.\d+:80$/),
    ]);
  });

  test('routes tell the task and the node of each backend, on either node', async () => {
    const ofTask = [expect.stringMatching(/^labelled\.[0-9a-z]{25}\.[0-9a-z]{25}$/)];
    for (const [index, node] of swarm.nodes.entries()) {
      await waitFor('the names', async () => {
        const { stdout } = await runCommand(options(node), 'routes', '--json');
        const { routes } = JSON.parse(stdout) as { routes: readonly { vhost: string }[] };
        const backends = swarm.nodes.map(({ address }) => ({
          engine: expect.stringMatching(new RegExp(` at ${address}$`)),
          names: ofTask,
        }));
        const all = expect.arrayContaining(backends.map((one) => expect.objectContaining(one)));
        expect(routes).toContainEqual(
          expect.objectContaining({ vhost: 'labelled.test', backends: all }),
        );

        const answer = await fetch(`${controllers[index]?.baseUrl}/api/v1/routes`);
        const names = expect.objectContaining({ names: ofTask });
        expect(await answer.json()).toMatchObject({
          routes: expect.arrayContaining([
            expect.objectContaining({ vhost: 'labelled.test', backends: [names, names] }),
          ]),
        });
      });
    }
  });

  test('a node does not take what it published for the word of another engine', async () => {
    for (const node of [swarm.manager, swarm.worker]) {
      const { stdout } = await runCommand(options(node), 'explain', '--json');
      expect(JSON.parse(stdout)).toMatchObject({ controller: { alive: true, otherEngine: null } });
    }
  });

  test('a task of another node is explained by its name', async () => {
    const { stdout } = await runCommand(options(swarm.manager), 'routes', '--json');
    const [, name = ''] =
      new RegExp(`"(labelled\\.${swarm.worker.id}\\.[0-9a-z]{25})"`).exec(stdout) ?? [];

    const told = await runCommand(options(swarm.manager), 'explain', name);

    const lines = told.stdout.split('\n').filter((line) => line.startsWith('labelled.'));
    expect(lines, told.stdout).toHaveLength(1);
    expect(told.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(`${name} on \\S+ at ${swarm.worker.address}: labelled\\.test -> http://`),
    );
  });

  test('a worker explains a service that Swarm cannot place, in the words of Swarm', async () => {
    await service('stuck', '--constraint', 'node.labels.none == here');

    await waitFor('the words', async () => {
      const { stdout } = await runCommand(options(swarm.worker), 'explain', 'stuck');
      expect(stdout).toContain('Swarm says: pending: no suitable node');
      expect(stdout).toContain('Labels of the service: none that count');
    });
  });

  test('what is scaled away is withdrawn in a fraction of the time that Swarm gives', async () => {
    const where = ['--replicas', '2', '--constraint', 'node.role==worker'];
    await service('fewer', '-e', 'VIRTUALHOST=fewer.test', ...where);
    await become('fewer.test', 2);

    await swarm.manager.docker('service', 'scale', '-d', 'fewer=1');
    // By looks of this test, which come as late as those of the controllers on a machine that is late.
    let looks = 0;
    while ((await backends('fewer.test')).length === 2) {
      if (await isTold('fewer')) looks += 1;
      await sleep(LOOK_MS);
    }

    const drains = await redis.client.hvals(`autodock:drain:${swarm.worker.id}`);
    expect(drains, 'by what Swarm wants, not by the stop signal').toEqual([
      expect.stringContaining(SWARM_DRAINS),
    ]);
    expect(looks).toBeLessThan(NOTICE_MS / LOOK_MS);
  });

  test('a rolling update leaves a host never without a backend', async () => {
    const health = ['--health-cmd', 'true', '--health-interval', '500ms'];
    const env = ['-e', 'VIRTUALHOST=shop.test'];
    await service('shop', ...env, '--replicas', '2', ...health, '--update-order', 'start-first');
    const before = await become('shop.test', 2);
    const watch = openRoutes(redis.client).watch('shop.test');

    await swarm.manager.docker('service', 'update', '-q', '--force', '--detach=false', 'shop');
    await waitFor('the new tasks alone', async () => {
      const found = await backends('shop.test');
      expect(found).toHaveLength(2);
      for (const url of before) expect(found).not.toContain(url);
    });

    await watch.stop();
    expect(watch.history('shop.test')).not.toContainEqual([]);
    expect(watch.history('shop.test')).not.toContainEqual(null);
  });

  test('a node that was cut off comes back with an older task, which is not routed beside the newer', async () => {
    const [, cut] = controllers;
    const preferred = ['--placement-pref', 'spread=node.id'];
    await service('single', '-e', 'VIRTUALHOST=single.test', ...preferred, '--replicas', '2');
    const before = await become('single.test', 2);

    await swarm.worker.link('down');
    cut?.signal('SIGSTOP');
    const replaced = await waitFor(
      'a replacement',
      async () => {
        const found = await backends('single.test');
        expect(found.filter((url) => !before.includes(url))).toHaveLength(1);
        return found;
      },
      { timeoutMs: 120_000 },
    );
    await swarm.worker.link('up');
    cut?.signal('SIGCONT');

    const now = await become('single.test', 2);
    expect(replaced).toEqual(expect.arrayContaining(now));
    await waitFor('Swarm to have ended the older one', async () => {
      const names = await swarm.worker.docker('ps', '--format', '{{.Names}}');
      expect(names).not.toMatch(/^single\./m);
    });
    expect(await backends('single.test')).toEqual(now);
  });
});
