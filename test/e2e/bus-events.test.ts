import { buffer } from 'node:stream/consumers';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BUS_ON,
  type BusClient,
  busPortOf,
  openBusClient,
  subscribe,
} from '../parts/bus-client.ts';
import { type Controller, startController } from '../parts/controller.ts';
import { type DockerPart, engineSocket, openDocker, type TestContainer } from '../parts/docker.ts';
import { type EngineGate, openEngineGate } from '../parts/engine-gate.ts';
import { type RedisPart, startRedis } from '../parts/redis.ts';
import { startTinyRegistry } from '../parts/tiny-registry.ts';

let docker: DockerPart;
let gate: EngineGate;
let redis: RedisPart;
let controller: Controller;

beforeAll(async () => {
  docker = openDocker();
  gate = await openEngineGate(engineSocket(), docker.scope);
  redis = await startRedis();
  controller = await startController({ dockerHost: gate.host, redisUrl: redis.url, env: BUS_ON });
  await controller.waitReady();
});
afterAll(async () => {
  await controller.close();
  await docker.close();
  await gate.close();
  await redis.stop();
  expect(gate.forbidden).toEqual([]);
});

/** What an event is about: its `id`. */
type Act = (container: TestContainer, raw: Dockerode.Container) => Promise<string>;

/** Does something, and says what it was done to. */
const to =
  (act: (container: TestContainer, raw: Dockerode.Container) => Promise<unknown>): Act =>
  async (container, raw) => {
    await act(container, raw);
    return container.id;
  };

const imageName = () => `t-${docker.scope}-${Math.random().toString(36).slice(2)}`;

async function committed(raw: Dockerode.Container, name: string): Promise<string> {
  const { Id } = (await raw.commit({ repo: name, changes: `LABEL made=${name}` })) as {
    Id: string;
  };
  return Id;
}

/** The complete table: what is done, and the event that must be said of it. */
const TABLE: readonly (readonly [string, Act])[] = [
  ['container_created', async (container) => container.id],
  ['container_started', async (container) => container.id],
  [
    'container_attached',
    to(async (_container, raw) => {
      const stream = await raw.attach({ stream: true, stdout: true });
      (stream as unknown as NodeJS.ReadWriteStream & { destroy(): void }).destroy();
    }),
  ],
  ['container_resized', to((_container, raw) => raw.resize({ h: 30, w: 90 }))],
  ['container_exported', to(async (_container, raw) => buffer(await raw.export()))],
  ['container_paused', to((container) => container.pause())],
  [
    'container_unpaused',
    to(async (container) => {
      await container.pause();
      await container.unpause();
    }),
  ],
  ['container_renamed', to((container) => container.rename(imageName()))],
  ['container_restarted', to((container) => container.restart())],
  ['container_stopped', to((container) => container.stop())],
  ['container_killed', to((container) => container.kill('SIGHUP'))],
  ['container_died', to((container) => container.kill())],
  ['container_destroyed', to((container) => container.remove())],
  ['container_exec_create', to((container) => container.exec('/bin/busybox', 'true'))],
  ['container_exec_start', to((container) => container.exec('/bin/busybox', 'true'))],
  ['container_exec_die', to((container) => container.exec('/bin/busybox', 'true'))],
  ['network_connect', async () => (await docker.engine.getNetwork('bridge').inspect()).Id],
  [
    'container_committed',
    to(async (_container, raw) => {
      const name = imageName();
      await committed(raw, name);
      await docker.engine.getImage(name).remove();
    }),
  ],
  [
    'image_untagged',
    async (_container, raw) => {
      const name = imageName();
      const id = await committed(raw, name);
      await docker.engine.getImage(name).remove();
      return id;
    },
  ],
  [
    'image_deleted',
    async (_container, raw) => {
      const name = imageName();
      const id = await committed(raw, name);
      await docker.engine.getImage(name).remove();
      return id;
    },
  ],
  [
    'image_import',
    async (_container, raw) => {
      const name = imageName();
      const options = { repo: name, tag: 'latest' };
      const answer = await docker.engine.importImage(await raw.export(), options);
      const told = (await buffer(answer as NodeJS.ReadableStream)).toString();
      await docker.engine.getImage(name).remove();
      return /sha256:[0-9a-f]{64}/.exec(told)?.[0] ?? '';
    },
  ],
  [
    'pull',
    async () => {
      const registry = await startTinyRegistry(imageName());
      const answer = await docker.engine.pull(registry.image);
      await buffer(answer);
      await docker.engine.getImage(registry.image).remove();
      await registry.close();
      return registry.image;
    },
  ],
];

/** Ends at TERM, which a first process otherwise ignores. */
const OBEDIENT = 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done';

async function subscribed(): Promise<BusClient> {
  const client = await openBusClient(await busPortOf(controller));
  await subscribe(client);
  return client;
}

test.each(TABLE)('%s is said when it happens', async (name, act) => {
  const client = await subscribed();
  const container = await docker.run({ command: ['/bin/sh', '-c', OBEDIENT] });
  const id = await act(container, docker.engine.getContainer(container.id));
  expect(id).not.toBe('');
  const said = await client.hears(
    `${name} of ${id}`,
    (datagram) => datagram.name === name && datagram.kwargs.id === id,
  );
  const { Type, Action, Actor, time, timeNano, from } = said.kwargs;
  expect(said.channels).toEqual(['docker']);
  expect([Type, Action].map((text) => typeof text)).toEqual(['string', 'string']);
  expect(Actor.ID).toBe(id);
  expect(from).toBe(Type === 'container' ? Actor.Attributes.image : '');
  expect(Math.floor(timeNano / 1e9)).toBe(time);
  expect(said.kwargs).not.toHaveProperty('status');
  expect(said.raw.toString()).toMatch(/"timeNano":\d{19},/);
  client.bye();
});

test('container_health_status is said when a probe changes it', async () => {
  const client = await subscribed();
  const healthcheck = { Test: ['CMD', '/bin/busybox', 'true'], Interval: 2e8, Retries: 1 };
  const { id } = await docker.run({ healthcheck });
  const said = await client.hears(
    'its health',
    ({ name, kwargs }) => name === 'container_health_status' && kwargs.id === id,
  );
  expect(said.kwargs.Action).toBe('health_status: healthy');
  client.bye();
});

test('of one life everything is said, in the order in which the engine told it, without a gap', async () => {
  const client = await subscribed();
  const container = await docker.run();
  await container.kill();
  await container.remove();
  await client.hears('its end', ({ name, kwargs }) => {
    return name === 'container_destroyed' && kwargs.id === container.id;
  });
  const own = client.heard.filter(({ kwargs }) => kwargs.id === container.id);
  expect(own.map(({ name }) => name)).toEqual([
    'container_created',
    'container_started',
    'container_killed',
    'container_died',
    'container_destroyed',
  ]);
  const numbers = client.heard.filter(({ name }) => name !== 'hello').map(({ seq }) => seq);
  expect(numbers).toEqual(numbers.map((_seq, index) => index + 1));
});
