import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainersAnswer } from '../../src/answers/containers.ts';
import { type Controller, startController } from '../parts/controller.ts';
import { type DockerPart, openDocker, type RunOptions } from '../parts/docker.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { type JoinedEngine, joinEngines } from '../parts/joined-engines.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { openRoutes, type Routes } from '../parts/routes.ts';
import { waitFor } from '../parts/wait-for.ts';

/** A host with an engine and a controller of its own, whose containers others reach by published ports alone. */
interface Host {
  readonly docker: DockerPart;
  readonly controller: Controller;
  readonly engine: JoinedEngine;
}

const FIRST_SIX = 'fd7a:adc::11';
const closing: (() => Promise<unknown>)[] = [];
let hosts: readonly [Host, Host];
let redis: RedisPart;
let front: Front;
let routes: Routes;

/** Two engines that share no network but that of their hosts, one Redis, and a front on neither of them. */
beforeAll(async () => {
  const joined = await joinEngines([null, null]);
  closing.unshift(joined.close);
  redis = await startRedis();
  closing.unshift(redis.stop);
  front = await startFront({ redisSocket: redis.socket });
  closing.unshift(front.stop);
  routes = openRoutes(redis.client);
  await joined.addAddress('fd7a:adc::1/64');
  const [one, two] = joined.engines as [JoinedEngine, JoinedEngine];
  await one.addAddress(`${FIRST_SIX}/64`);
  hosts = [await hostOf(one, 'one'), await hostOf(two, 'two')];
});

afterAll(async () => {
  for (const close of closing) await close();
});

async function hostOf(engine: JoinedEngine, owner: string): Promise<Host> {
  const docker = openDocker(engine.socketPath);
  const controller = await startController({
    dockerHost: `unix://${engine.socketPath}`,
    redisUrl: redis.url,
    env: {
      AUTODOCK_OWNER: owner,
      AUTODOCK_ADDRESS: 'published',
      AUTODOCK_HOST_ADDRESS: engine.address,
    },
  });
  closing.unshift(controller.close);
  await controller.waitReady();
  return { docker, controller, engine };
}

const run = ({ docker }: Host, host: string, options: RunOptions) =>
  docker.run({ env: { VIRTUALHOST: host }, ...options });

const bodyOf = async (host: string) => (await request(front.port, host)).body.trim();

const answers = (host: string, ...bodies: readonly string[]) =>
  waitFor(`the answers of ${host}`, async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 4 * bodies.length; n++) seen.add(await bodyOf(host));
    expect(seen).toEqual(new Set(bodies));
  });

/** A pass that saw it before it was started says something else. */
const isRejected = ({ controller }: Host, host: string, cause: string) =>
  waitFor(`why ${host} is not routed`, async () => {
    const { containers } = await controller.api<ContainersAnswer>('containers');
    const found = containers
      .flatMap(({ rejections }) => rejections)
      .find(({ vhost }) => vhost === host);
    expect(`${found?.detail} ${found?.remedy}`).toContain(cause);
  });

test('containers of two hosts share a vhost, each at a port that its engine chose', async () => {
  const [one, two] = hosts;
  const first = await run(one, 'both.test', { publishAll: true });
  const second = await run(two, 'both.test', { publishAll: true });

  await routes.becomes('both.test', [
    `http://${one.engine.address}:${await first.published(80)}`,
    `http://${two.engine.address}:${await second.published(80)}`,
  ]);
  await answers('both.test', first.answer(), second.answer());
});

test('of a host with several addresses its own counts, and a port on another one is told', async () => {
  const [, two] = hosts;
  const other = two.engine.address.replace(/\d+$/, '99');
  await two.engine.addAddress(`${other}/24`);
  const mine = await run(two, 'mine.test', { publish: [{ ip: two.engine.address, port: 80 }] });
  const elsewhere = await run(two, 'other.test', { publish: [{ ip: other, port: 80 }] });

  await answers('mine.test', mine.answer());
  const port = await elsewhere.published(80);
  await isRejected(
    two,
    'other.test',
    `Port 80 is not published on ${two.engine.address}; published TCP ports: ${other}:${port} -> 80`,
  );
  expect((await routes.read('other.test'))?.urls ?? []).toEqual([]);
});

test('a host that is reached by IPv6 is routed to at ports of IPv6, beside one that is not', async () => {
  const [one, two] = hosts;
  await one.controller.restart({ AUTODOCK_HOST_ADDRESS: FIRST_SIX });
  await one.controller.waitReady();
  const six = await run(one, 'six.test', { publishAll: true });
  const four = await run(two, 'six.test', { publishAll: true });

  await answers('six.test', six.answer(), four.answer());
  const urls = (await routes.read('six.test'))?.urls ?? [];
  expect(urls.some((url) => url.startsWith(`http://[${FIRST_SIX}]:`))).toBe(true);
});
