import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusedUrl } from '../parts/backend.ts';
import { request, startFront } from '../parts/front.ts';
import { standsStill, workersOf } from '../parts/front-processes.ts';
import { useOwnFronts } from '../parts/own-fronts.ts';
import { waitFor } from '../parts/wait-for.ts';

const rig = useOwnFronts();
const OWNER = 'this-host';
const THIS_BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
const HOST = 'shop.test';
const env = { FRONT_OWNER: OWNER, FRONT_WORKERS: '2' };

/** What an owner published of itself. */
const record = (owner: string, boot?: string) =>
  rig.redis.client.set(
    `autodock:engine:${owner}`,
    JSON.stringify({ id: owner, name: 'n', written: boot }),
  );
/** A list, of whose URLs an owner claims the first. */
const route = async (host: string, owner: string, ...urls: readonly string[]) => {
  const claim = JSON.stringify({ [urls[0] ?? '']: ['0123456789ab'] });
  await rig.redis.client.hset(`autodock:owner:${owner}`, host, claim);
  await rig.redis.client.rpush(`frontend:${host}`, host, ...urls);
};

test('what this host’s owner wrote before the boot gets no requests until it was looked at, in each worker', async () => {
  await record(OWNER, 'another-boot');
  await route(HOST, OWNER, rig.backend.url);
  const front = await rig.frontOf(env);
  const statusOf = async (host: string) => (await request(front.port, host)).status;

  for (let n = 0; n < 10; n += 1) expect(await statusOf(HOST)).toBe(503);
  await waitFor('the log to say so', async () =>
    expect(await front.log()).toContain(`the routes of ${OWNER} were written before this host`),
  );

  await record(OWNER, THIS_BOOT);
  await waitFor('both workers to know', async () => {
    for (let n = 0; n < 20; n += 1) expect(await statusOf(HOST)).toBe(200);
  });
});

test('a request waits for the first pass of this boot as for a host that is held', async () => {
  await record(OWNER, 'another-boot');
  await route(HOST, OWNER, rig.backend.url);
  const front = await rig.frontOf({ ...env, FRONT_HOLD: '30s' });
  const answer = request(front.port, HOST);
  await waitFor('the request to wait', async () => {
    const { body } = await request(front.statusPort, 'localhost', '/metrics');
    expect(body).toMatch(/^autodock_front_waiting 1$/m);
  });

  await record(OWNER, THIS_BOOT);

  expect((await answer).status).toBe(200);
});

test('what others wrote is served, and so is what the owner writes anew', async () => {
  await record(OWNER, 'another-boot');
  await record('another-host', 'its-own-boot');
  const gone = await refusedUrl();
  await route('foreign.test', OWNER, gone, rig.backend.url);
  await route('other.test', 'another-host', rig.backend.url);
  await route(HOST, OWNER, gone);
  const front = await rig.frontOf({ ...env, FRONT_RETRIES: '0' });
  const statusOf = async (host: string) => (await request(front.port, host)).status;

  for (let n = 0; n < 6; n += 1) expect(await statusOf('foreign.test')).toBe(200);
  expect(await statusOf('other.test')).toBe(200);
  expect(await statusOf(HOST)).toBe(503);

  await rig.redis.client.lset(`frontend:${HOST}`, 1, rig.backend.url);
  await waitFor('what is new', async () => expect(await statusOf(HOST)).toBe(200));
});

test('all is served where it was written in this boot, where that is not said, and without an owner', async () => {
  await route(HOST, OWNER, rig.backend.url);
  const served = async (settings: Readonly<Record<string, string>>) => {
    const front = await rig.frontOf(settings);
    return (await request(front.port, HOST)).status;
  };
  expect(await served(env)).toBe(200);
  await record(OWNER);
  expect(await served(env)).toBe(200);
  await record(OWNER, THIS_BOOT);
  expect(await served(env)).toBe(200);
  await record(OWNER, 'another-boot');
  expect(await served({})).toBe(200);
  await rig.redis.client.del(`autodock:engine:${OWNER}`);
  await rig.redis.client.rpush(`autodock:engine:${OWNER}`, 'somebody else’s');
  expect(await served(env)).toBe(200);
});

test('an owner that cannot be one is refused at the start', async () => {
  const settings = { FRONT_OWNER: 'two words', FRONT_REDIS: 'unix:///nowhere' };
  await expect(startFront({ redisSocket: '/nowhere', env: settings })).rejects.toThrow(
    /FRONT_OWNER.*two words/,
  );
});

test('a worker that Redis left serves nothing of an earlier boot once another worker was told', async () => {
  await record(OWNER, 'another-boot');
  await route(HOST, OWNER, rig.backend.url);
  await route('told.test', OWNER, rig.backend.url);
  const front = await rig.frontOf({ ...env, FRONT_HOLD: '0' });
  const statusOf = async (host: string) => (await request(front.port, host)).status;
  const [reader = 0, other = 0] = await workersOf(front);
  for (let n = 0; n < 10; n += 1) expect(await statusOf(HOST)).toBe(503);
  process.kill(reader, 'SIGSTOP');
  await standsStill(reader);

  await rig.redis.client.lset(`frontend:${HOST}`, 1, await refusedUrl());
  await record(OWNER, THIS_BOOT);
  await waitFor('the other worker to be told', async () =>
    expect(await statusOf('told.test')).toBe(200),
  );
  rig.redis.kill('SIGSTOP');
  process.kill(other, 'SIGSTOP');
  await standsStill(other);
  process.kill(reader, 'SIGCONT');
  try {
    expect(await statusOf(HOST)).toBe(502);
  } finally {
    rig.redis.kill('SIGCONT');
    process.kill(other, 'SIGCONT');
  }
});
