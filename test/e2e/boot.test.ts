import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { newestOn } from '../parts/bridge.ts';
import type { TestContainer } from '../parts/docker.ts';
import { type Front, request, startFront } from '../parts/front.ts';
import { openSystem, type System } from '../parts/system.ts';
import { waitFor } from '../parts/wait-for.ts';

const OWNER = 'this-host';
const RECORD = `autodock:engine:${OWNER}`;
const CLAIMS = `autodock:owner:${OWNER}`;
const FOREIGN = 'foreign.test';
const THIS_BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
let system: System;
let network: string;
let foreign: TestContainer;
let containers: ReadonlyMap<string, TestContainer>;
beforeAll(async () => {
  const redis = { args: ['--appendonly', 'yes', '--appendfsync', 'always'] };
  system = await openSystem({ env: { AUTODOCK_OWNER: OWNER }, redis });
  const [one, other] = [system.host('one'), system.host('other')];
  // No other container is on it, as no other one of an engine lives on when that is started anew.
  network = (await system.docker.network()).name;
  containers = new Map([
    [one, await system.run(one, { network })],
    [other, await system.run(other, { network })],
  ]);
  foreign = await system.run(null);
  await system.redis.client.rpush(`frontend:${FOREIGN}`, FOREIGN, await system.url(foreign));
});
afterAll(() => system.close());

/** Each host is answered by its own container. */
const areRight = (front: Front) =>
  waitFor('each host to be answered by its own container', async () => {
    for (const [host, container] of containers) {
      expect((await request(front.port, host)).body.trim()).toBe(container.answer());
    }
  });

const told = async () => JSON.parse((await system.redis.client.get(RECORD)) ?? '{}');

/** All parts end, and containers have each other's addresses since Redis was written. */
async function cut(dealAnew: () => Promise<void>): Promise<void> {
  const { redis, routes } = system;
  for (const [host, container] of containers) {
    await routes.becomes(host, [await system.url(container)]);
  }
  const front = await startFront({ redisSocket: redis.socket, env: { FRONT_OWNER: OWNER } });
  onTestFinished(front.stop);
  await waitFor('the boot to be told', async () =>
    expect(await told()).toHaveProperty('written', THIS_BOOT),
  );
  const { Id: networkId } = await system.docker.engine.getNetwork(network).inspect();
  const bridge = `br-${networkId.slice(0, 12)}`;
  await waitFor('the interfaces to be noted', async () => {
    const note = (await redis.client.hget(`autodock:front:${OWNER}`, 'newest')) ?? '';
    expect(Number(note.split(' ')[1])).toBeGreaterThanOrEqual(await newestOn(bridge));
  });
  await system.controller.end('SIGKILL');
  await system.front.stop();
  await front.stop();
  await dealAnew();
  redis.kill('SIGKILL');
}

/** What Redis holds is what a boot finds: each container is claimed at the other one's address. */
async function boot(): Promise<void> {
  const { client } = system.redis;
  await client.set(RECORD, JSON.stringify({ ...(await told()), written: 'the-boot-before' }));
  const hosts = [...containers.keys()];
  const urls = await Promise.all([...containers.values()].map((one) => system.url(one)));
  const [ofOne = '', ofOther = ''] = urls;
  const swapped = { [ofOne]: ofOther, [ofOther]: ofOne };
  for (const [i, host] of hosts.entries()) {
    const url = urls[i] ?? '';
    const claim = (await client.hget(CLAIMS, host)) ?? '';
    expect(claim).toContain(`"${url}"`);
    await client.lset(`frontend:${host}`, 1, swapped[url] ?? '');
    await client.hset(CLAIMS, host, claim.replace(`"${url}"`, `"${swapped[url]}"`));
  }
}

/** The engine deals addresses in the order in which containers start. */
async function startIn(order: (addresses: readonly string[]) => readonly string[]): Promise<void> {
  const all = await Promise.all(
    [...containers.values()].map(
      async (container) => [await container.address(), container] as const,
    ),
  );
  const before = all.toSorted(([a], [b]) => compareText(a, b));
  const addresses = before.map(([address]) => address);
  for (const [, container] of all) await container.kill();
  for (const address of order(addresses)) {
    await all.find(([had]) => had === address)?.[1].start();
  }
  const after = await Promise.all(before.map(([, container]) => container.address()));
  expect(after).toEqual(order(addresses));
}

function startAnew(): Promise<void> {
  return startIn((addresses) => addresses.toReversed());
}

function startAsBefore(): Promise<void> {
  return startIn((addresses) => addresses);
}

/** Asks for both hosts all the time; none may ever be answered by the other's container. */
function visit(front: Front): () => Promise<void> {
  let isOver = false;
  const wrong: string[] = [];
  const visitor = (async () => {
    while (!isOver) {
      for (const [host, container] of containers) {
        const { status, body } = await request(front.port, host);
        if (status === 200 && body.trim() !== container.answer()) wrong.push(`${host}: ${body}`);
      }
    }
  })();
  return async () => {
    isOver = true;
    await visitor;
    expect(wrong).toEqual([]);
  };
}

test.each([
  ['the boot', boot, ['front', 'redis', 'controller']],
  ['the boot', boot, ['redis', 'front', 'controller']],
  ['the boot', boot, ['controller', 'front', 'redis']],
  ['Docker was started anew with all that it ran', startAnew, ['redis', 'front', 'controller']],
] as const)(
  'no host is answered by what was written before %s: %#',
  async (_what, dealAnew, order) => {
    const { redis, controller } = system;
    await cut(dealAnew);
    let front = system.front;
    let leave = async () => {};
    const start = {
      redis: () => redis.restart(),
      controller: () => controller.restart(),
      front: async () => {
        front = await startFront({ redisSocket: redis.socket, env: { FRONT_OWNER: OWNER } });
        onTestFinished(front.stop);
        leave = visit(front);
      },
    };
    const [first, second, last] = order;
    await start[first]();
    await start[second]();
    if (last === 'controller') {
      await waitFor('what others wrote', async () =>
        expect((await request(front.port, FOREIGN)).body.trim()).toBe(foreign.answer()),
      );
      // Each worker comes to Redis by itself; before, it can only say 502.
      for (const host of containers.keys()) {
        await waitFor(`${host} to be held`, async () =>
          expect((await request(front.port, host)).status).toBe(503),
        );
      }
    }
    await start[last]();

    await areRight(front);
    await leave();
  },
);

test.each([
  ['at the address that it had', startAsBefore, 200],
  ["at another's address", startAnew, 404],
] as const)(
  'a container that cannot be looked at after all was started anew, %s, keeps no host waiting',
  async (_where, dealAnew, status) => {
    const { redis, controller, gate } = system;
    await cut(dealAnew);
    const [[host, told] = [], [otherHost, untold] = []] = containers;
    if (!(host && told && otherHost && untold)) throw new Error('there are two containers');
    gate.refuseInspections(untold.id);
    onTestFinished(() => gate.refuseInspections(null));
    await redis.restart();
    const front = await startFront({ redisSocket: redis.socket, env: { FRONT_OWNER: OWNER } });
    onTestFinished(front.stop);
    const leave = visit(front);
    await controller.restart();

    await waitFor('the host of whom the engine tells to be answered', async () =>
      expect((await request(front.port, host)).body.trim()).toBe(told.answer()),
    );
    await waitFor(`the other host to be answered by ${status}`, async () =>
      expect((await request(front.port, otherHost)).status).toBe(status),
    );

    gate.refuseInspections(null);
    await areRight(front);
    await leave();
  },
);
