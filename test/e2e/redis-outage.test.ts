import { describe, expect, onTestFinished, test } from 'vitest';
import { startController } from '../parts/controller.ts';
import { engineSocket, openDocker } from '../parts/docker.ts';
import { openEngineGate } from '../parts/engine-gate.ts';
import { logHas, metricIs, readyIs } from '../parts/looks.ts';
import { startRedis } from '../parts/redis.ts';
import { openRoutes, urlOf } from '../parts/routes.ts';
import { systemTest } from '../parts/system-test.ts';
import { waitFor } from '../parts/wait-for.ts';

const PERSISTENT = ['--appendonly', 'yes', '--appendfsync', 'always'];

const testOnVolatile = systemTest();
const testOnPersistent = systemTest({ redis: { args: PERSISTENT } });

describe('R2: a Redis that comes back empty', () => {
  testOnVolatile(
    'R2: has all routes again, also those that changed meanwhile',
    async ({ system }) => {
      const [stays, ends, begins] = [
        system.host('stays'),
        system.host('ends'),
        system.host('begins'),
      ];
      const staying = await system.run(stays);
      const ending = await system.run(ends);
      await system.routes.becomes(ends, [await system.url(ending)]);
      await system.redis.client.rpush(`frontend:${stays}`, 'http://192.0.2.1:80');
      await system.controller.reconcile();
      await waitFor('the foreign entry to be seen', async () => {
        const metrics = await system.controller.metrics();
        expect(metrics.value('autodock_routes', { owner: 'foreign' })).toBe(1);
      });

      system.redis.kill('SIGKILL');
      await metricIs(system.controller, 'autodock_redis_up', 0);
      await ending.remove();
      const beginning = await system.run(begins);
      expect(await readyIs(system.controller, 503)).toMatch(/Redis/i);
      expect((await system.controller.probe('/healthz')).status).toBe(200);
      await system.redis.restart();

      await system.routes.becomes(stays, [await system.url(staying)]);
      await system.routes.becomes(begins, [await system.url(beginning)]);
      await system.routes.isGone(ends);
      await metricIs(system.controller, 'autodock_redis_up', 1);
      await readyIs(system.controller, 200);
      const lost = 'Redis has lost our claims; routes are written anew';
      expect(await logHas(system.controller, lost)).toMatchObject([{ foreignGone: 1 }]);
    },
  );
});

describe('a Redis that comes back with its data', () => {
  testOnPersistent(
    'has foreign entries as they were, and ours as they should be',
    async ({ system }) => {
      const [stays, ends] = [system.host('stays'), system.host('ends')];
      const staying = await system.run(stays);
      const ending = await system.run(ends);
      const foreign = 'http://192.0.2.9:80';
      await system.routes.becomes(ends, [await system.url(ending)]);
      await system.routes.becomes(stays, [await system.url(staying)]);
      await system.redis.client.rpush(`frontend:${stays}`, foreign);

      system.redis.kill('SIGKILL');
      await metricIs(system.controller, 'autodock_redis_up', 0);
      await ending.remove();
      await system.redis.restart();

      await system.routes.isGone(ends);
      expect((await system.routes.read(stays))?.urls).toEqual([await system.url(staying), foreign]);
      await readyIs(system.controller, 200);
    },
  );

  testOnPersistent(
    'R5: that was frozen is written to again when it wakes, and no late command does harm',
    async ({ system }) => {
      const [stays, ends, begins] = [
        system.host('still'),
        system.host('over'),
        system.host('fresh'),
      ];
      const staying = await system.run(stays);
      const ending = await system.run(ends);
      await system.routes.becomes(ends, [await system.url(ending)]);

      system.redis.kill('SIGSTOP');
      const beginning = await system.run(begins);
      await ending.remove();
      await metricIs(system.controller, 'autodock_redis_up', 0);
      system.redis.kill('SIGCONT');

      await system.routes.becomes(begins, [await system.url(beginning)]);
      await system.routes.isGone(ends);
      await system.routes.becomes(stays, [await system.url(staying)]);
      await metricIs(system.controller, 'autodock_redis_up', 1);
      await readyIs(system.controller, 200);
    },
  );
});

describe('a controller that is to end while Redis is frozen', () => {
  testOnVolatile('P2: ends with exit code 0 and leaves the routes', async ({ system }) => {
    const host = system.host('left');
    const container = await system.run(host);
    await system.routes.becomes(host, [await system.url(container)]);

    system.redis.kill('SIGSTOP');
    await container.remove();
    const code = await system.controller.end('SIGTERM');
    system.redis.kill('SIGCONT');

    expect(code).toBe(0);
    await system.controller.restart();
    await system.routes.isGone(host);
  });
});

describe('a controller that finds no Redis at its start', () => {
  test('R1: stays up, says why it is not ready, and works once Redis is there', async () => {
    const docker = openDocker();
    onTestFinished(docker.close);
    const gate = await openEngineGate(engineSocket(), docker.scope);
    onTestFinished(gate.close);
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const host = `early.${docker.scope}.test`;
    const container = await docker.run({ env: { VIRTUALHOST: host } });
    redis.kill('SIGKILL');

    const controller = await startController({ dockerHost: gate.host, redisUrl: redis.url });
    onTestFinished(controller.close);
    await waitFor('healthz', async () => {
      expect((await controller.probe('/healthz')).status).toBe(200);
    });
    const { status, text } = await controller.probe('/readyz');
    expect(status).toBe(503);
    expect(text).not.toBe('');
    await redis.restart();

    await controller.waitReady();
    await openRoutes(redis.client).becomes(host, [urlOf(await container.address())]);
  });
});
