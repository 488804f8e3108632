import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Controller, startController } from '../parts/controller.ts';
import { type DockerPart, openDocker, type TestContainer } from '../parts/docker.ts';
import { type PrivateEngine, startPrivateEngine } from '../parts/private-engine.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes, urlOf } from '../parts/routes.ts';
import { startVisitors } from '../parts/visitor.ts';
import { waitFor } from '../parts/wait-for.ts';

const CONTAINERS = 40;
const EVERY_MS = 20;
/** Forty containers start twice, and on a busy machine each takes a second. */
const LONG_MS = 300_000;

let engine: PrivateEngine;
let docker: DockerPart;
let redis: RedisPart;
let routes: Routes;
let controller: Controller;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  engine = await startPrivateEngine();
  closing.unshift(engine.close);
  docker = openDocker(engine.socketPath);
  closing.unshift(docker.close);
  redis = await startRedis();
  closing.unshift(redis.stop);
  routes = openRoutes(redis.client);
  const dockerHost = `unix://${engine.socketPath}`;
  controller = await startController({ dockerHost, redisUrl: redis.url });
  closing.unshift(controller.close);
  await controller.waitReady();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Such an engine deals its addresses anew when it starts, in whatever order its containers come up. */
test.each([
  ['restarted', () => engine.signal('SIGTERM')],
  ['killed with its shims', () => engine.crash()],
] as const)(
  'no host is answered by another one’s container while an engine without live-restore is %s',
  async (_how, end) => {
    const containers = new Map<string, TestContainer>();
    for (let number = 0; number < CONTAINERS; number += 1) {
      const host = `h${number}.${docker.scope}.test`;
      const env = { VIRTUALHOST: host };
      containers.set(host, await docker.run({ env, restart: 'always' }));
    }
    const areRight = async () => {
      for (const [host, container] of containers) {
        const address = await waitFor('an address', () => container.address());
        await routes.becomes(host, [urlOf(address)]);
      }
    };
    await areRight();
    const before = await addresses(containers);
    const answers = new Map([...containers].map(([host, one]) => [host, one.answer()]));
    const { namespace } = engine;
    const visitors = await startVisitors({
      ...{ namespace, redisSocket: redis.socket, everyMs: EVERY_MS, answers },
    });

    closing.unshift(async () => visitors.close());

    await end();
    await engine.start();
    await areRight();
    const visits = await visitors.leave();

    expect(await addresses(containers)).not.toEqual(before);
    expect(visits.right).toBeGreaterThan(0);
    expect(visits.wrong).toEqual([]);
  },
  LONG_MS,
);

async function addresses(
  containers: ReadonlyMap<string, TestContainer>,
): Promise<readonly string[]> {
  return Promise.all([...containers.values()].map((container) => container.address()));
}
