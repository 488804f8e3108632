import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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
let containers: ReadonlyMap<string, TestContainer>;
beforeAll(async () => {
  const redis = { args: ['--appendonly', 'yes', '--appendfsync', 'always'] };
  system = await openSystem({ env: { AUTODOCK_OWNER: OWNER }, redis });
  const [one, other] = [system.host('one'), system.host('other')];
  containers = new Map([
    [one, await system.run(one)],
    [other, await system.run(other)],
  ]);
  await system.redis.client.rpush(`frontend:${FOREIGN}`, FOREIGN, await system.url(theOne()));
});
afterAll(() => system.close());

/** Each host is answered by its own container. */
const areRight = (front: Front) =>
  waitFor('each host to be answered by its own container', async () => {
    for (const [host, container] of containers) {
      expect((await request(front.port, host)).body.trim()).toBe(container.answer());
    }
  });

/** All parts end, and what Redis holds is what a boot finds: addresses were dealt anew since it was written. */
async function powerCut(): Promise<void> {
  const { client } = system.redis;
  for (const [host, container] of containers) {
    await system.routes.becomes(host, [await system.url(container)]);
  }
  await waitFor('the boot to be told', async () =>
    expect(await told()).toHaveProperty('written', THIS_BOOT),
  );
  await system.controller.end('SIGKILL');
  await system.front.stop();
  await client.set(RECORD, JSON.stringify({ ...(await told()), written: 'the-boot-before' }));
  const [one = '', other = ''] = containers.keys();
  await client.rename(`frontend:${one}`, 'one');
  await client.rename(`frontend:${other}`, `frontend:${one}`);
  await client.rename('one', `frontend:${other}`);
  const [ofOne, ofOther] = await client.hmget(CLAIMS, one, other);
  await client.hset(CLAIMS, one, ofOther ?? '', other, ofOne ?? '');
  system.redis.kill('SIGKILL');
}

const told = async () => JSON.parse((await system.redis.client.get(RECORD)) ?? '{}');

function theOne(): TestContainer {
  const [one] = containers.values();
  if (one === undefined) throw new Error('there are two');
  return one;
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
  ['front', 'redis', 'controller'],
  ['redis', 'front', 'controller'],
  ['controller', 'front', 'redis'],
] as const)(
  'no host is answered by what was written before the boot: %s, %s, %s',
  async (...order) => {
    const { redis, controller } = system;
    await powerCut();
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
        expect((await request(front.port, FOREIGN)).body.trim()).toBe(theOne().answer()),
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
