import pLimit from 'p-limit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startController } from '../parts/controller.ts';
import { openDocker, type TestContainer } from '../parts/docker.ts';
import { type PrivateEngine, startPrivateEngine } from '../parts/private-engine.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes, urlOf } from '../parts/routes.ts';
import { testImage } from '../parts/test-image.ts';
import { startVisitors } from '../parts/visitor.ts';
import { waitFor } from '../parts/wait-for.ts';

const CONTAINERS = 40;
/** More at once only wait for each other. */
const AT_ONCE = 4;
const EVERY_MS = 20;
/** Forty containers start, and on a busy machine each takes a second. */
const LONG_MS = 300_000;

let engine: PrivateEngine;
let redis: RedisPart;
let routes: Routes;
let containers: ReadonlyMap<string, TestContainer>;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  engine = await startPrivateEngine();
  // Its containers go with it.
  closing.unshift(engine.close);
  redis = await startRedis();
  closing.unshift(redis.stop);
  routes = openRoutes(redis.client);
  const dockerHost = `unix://${engine.socketPath}`;
  const controller = await startController({ dockerHost, redisUrl: redis.url });
  closing.unshift(controller.close);
  await controller.waitReady();
  const docker = openDocker(engine.socketPath);
  await testImage(docker.engine, 'web');
  const few = pLimit(AT_ONCE);
  const run = async (host: string) =>
    [host, await docker.run({ env: { VIRTUALHOST: host }, restart: 'always' })] as const;
  const hosts = Array.from({ length: CONTAINERS }, (_, n) => `h${n}.${docker.scope}.test`);
  containers = new Map(await Promise.all(hosts.map((host) => few(run, host))));
}, LONG_MS);

afterAll(async () => {
  for (const close of closing) await close();
}, LONG_MS);

async function areRight(): Promise<void> {
  for (const [host, container] of containers) {
    const address = await waitFor('an address', () => container.address());
    await routes.becomes(host, [urlOf(address)]);
  }
}

/** Such an engine deals its addresses anew when it starts, in whatever order its containers come up. */
test.each([
  ['restarted', () => engine.signal('SIGTERM')],
  ['killed with its shims', () => engine.crash()],
] as const)(
  'no host is answered by another one’s container while an engine without live-restore is %s',
  async (_how, end) => {
    await areRight();
    const before = await addresses();
    const answers = new Map([...containers].map(([host, one]) => [host, one.answer()]));
    const { namespace } = engine;
    const visitors = await startVisitors({
      ...{ namespace, redisSocket: redis.socket, everyMs: EVERY_MS, answers },
    });
    onTestFinished(() => visitors.close());

    await end();
    await engine.start();
    await areRight();
    const visits = await visitors.leave();

    expect(await addresses()).not.toEqual(before);
    expect(visits.right).toBeGreaterThan(0);
    expect(visits.wrong).toEqual([]);
  },
  LONG_MS,
);

function addresses(): Promise<readonly string[]> {
  return Promise.all([...containers.values()].map((container) => container.address()));
}
