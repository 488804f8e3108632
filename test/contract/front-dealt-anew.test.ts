import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startBackend } from '../parts/backend.ts';
import { type Bridge, createBridge, newestOn } from '../parts/bridge.ts';
import { statusOf, useOwnFronts } from '../parts/own-fronts.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useOwnFronts();
const OWNER = 'this-host';
const THIS_BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
const HOST = 'shop.test';
const FRONT = `autodock:front:${OWNER}`;
const env = { FRONT_OWNER: OWNER, FRONT_WORKERS: '2' };

let bridge: Bridge;
beforeAll(async () => {
  bridge = await createBridge();
});
afterAll(() => bridge.close());

/** What the owner published of itself; undefined: it looks at nothing that a front asks for. */
const record = (looked: number | undefined) =>
  rig.redis.client.set(
    `autodock:engine:${OWNER}`,
    JSON.stringify({ id: OWNER, name: 'n', written: THIS_BOOT, looked }),
  );

/** A list of one backend, which the owner claims. */
async function route(host: string, url: string): Promise<void> {
  await rig.redis.client.hset(
    `autodock:owner:${OWNER}`,
    host,
    JSON.stringify({ [url]: ['0123456789ab'] }),
  );
  await rig.redis.client.rpush(`frontend:${host}`, host, url);
}

async function routeOverBridge(address: string): Promise<void> {
  const backend = await startBackend('B', address);
  onTestFinished(() => backend.close());
  await route(HOST, backend.url);
}

const takeNote = async () =>
  rig.redis.client.hset(FRONT, 'newest', `${THIS_BOOT} ${await newestOn(bridge.name)}`);

test.each([
  ['IPv4', () => bridge.ipv4],
  ['IPv6', () => bridge.ipv6],
])(
  'what leads to containers that are all newer gets no requests until a look: %s',
  async (_family, address) => {
    await record(4);
    await rig.redis.client.hset(FRONT, 'asked', '4');
    await routeOverBridge(address());
    await route('elsewhere.test', rig.backend.url);
    await takeNote();
    await bridge.renew();

    const front = await rig.frontOf(env);
    for (let n = 0; n < 10; n += 1) expect(await statusOf(front, HOST)).toBe(503);
    expect(await statusOf(front, 'elsewhere.test')).toBe(200);
    await waitFor('the log to say so', async () =>
      expect(await front.log()).toContain('were written before its containers were started anew'),
    );
    const asked = async () => Number(await rig.redis.client.hget(FRONT, 'asked'));
    expect(await asked()).toBeGreaterThan(4);
    await rig.redis.client.hdel(FRONT, 'asked');
    await waitFor('it to be asked again', async () => expect(await asked()).toBeGreaterThan(4));

    // Each worker asks by itself.
    await record((await asked()) + 2);
    await waitFor('both workers to know', async () => {
      for (let n = 0; n < 20; n += 1) expect(await statusOf(front, HOST)).toBe(200);
    });
  },
);

test('a front that is started anew by itself serves what it did, whether or not anybody looks', async () => {
  await record(0);
  await routeOverBridge(bridge.ipv4);
  const first = await rig.frontOf(env);
  await waitFor('the interfaces to be noted', async () => {
    const [boot, number] = ((await rig.redis.client.hget(FRONT, 'newest')) ?? '').split(' ');
    expect(boot).toBe(THIS_BOOT);
    expect(Number(number)).toBeGreaterThanOrEqual(await newestOn(bridge.name));
  });
  await first.stop();

  const second = await rig.frontOf(env);
  for (let n = 0; n < 10; n += 1) expect(await statusOf(second, HOST)).toBe(200);
  expect(await rig.redis.client.hget(FRONT, 'asked')).toBeNull();
});

test('a reload takes nothing back, and neither does a container that is started anew meanwhile', async () => {
  await record(0);
  await routeOverBridge(bridge.ipv4);
  await takeNote();
  const front = await rig.frontOf(env);
  expect(await statusOf(front, HOST)).toBe(200);
  await bridge.renew();
  process.kill(front.pid, 'SIGHUP');
  for (let n = 0; n < 20; n += 1) expect(await statusOf(front, HOST)).toBe(200);
});

test('all is served where nobody would look, and where the note is of another boot', async () => {
  await routeOverBridge(bridge.ipv4);
  await takeNote();
  await bridge.renew();
  await record(undefined);
  const first = await rig.frontOf(env);
  expect(await statusOf(first, HOST)).toBe(200);
  await first.stop(); // else it would take note of this boot

  await record(0);
  await rig.redis.client.hset(FRONT, 'newest', 'another-boot 1');
  expect(await statusOf(await rig.frontOf(env), HOST)).toBe(200);
});
