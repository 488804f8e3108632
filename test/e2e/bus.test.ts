import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isSigned } from '../../src/bus/wire/signature.ts';
import {
  BUS_ON,
  type BusClient,
  busPortOf,
  type Datagram,
  OLD_HELLO,
  openBusClient,
  subscribe,
} from '../parts/bus-client.ts';
import { type FakeSystem, type FakeSystemOptions, openFakeSystem } from '../parts/fake-system.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const SECRET = 'pä ss';

async function openBusSystem(options: FakeSystemOptions = {}): Promise<FakeSystem> {
  return openFakeSystem({ ...options, env: { ...BUS_ON, ...options.env } });
}

async function plugin({ controller }: FakeSystem, secret: string | null = null) {
  return openBusClient(await busPortOf(controller), secret);
}

const named = (client: BusClient, name: string) =>
  client.heard.filter((datagram) => datagram.name === name);
const subscribers = async ({ controller }: FakeSystem) =>
  (await controller.metrics()).value('autodock_bus_subscribers');
const counted = async ({ controller }: FakeSystem, result: string) =>
  (await controller.metrics()).value('autodock_bus_events_total', { result });

describe('a plugin of 2015', () => {
  test('hears of a container from an engine that no longer sends status, id and from', async () => {
    const system = await openBusSystem({ docker: { engine: '29.7' } });
    const old = await plugin(system);
    old.send(OLD_HELLO);
    await waitUntil('the plugin to be subscribed', async () => (await subscribers(system)) === 1);
    const { id } = await system.routed('old.test', { image: 'app:1', labels: { tier: 'web' } });
    const started = await old.hears(
      'container_started',
      ({ name }) => name === 'container_started',
    );
    expect(JSON.parse(started.raw.toString())).toMatchObject({
      ...{ args: [], success: false, failure: false, notify: false, channels: ['docker'] },
      kwargs: { id, from: 'app:1', Type: 'container', Action: 'start', Actor: { ID: id } },
    });
    expect(started.kwargs.Actor.Attributes).toMatchObject({ image: 'app:1', tier: 'web' });
    expect(started.kwargs.time).toBeTypeOf('number');
    expect(started.kwargs).not.toHaveProperty('status');
    // Its hello was shorter than an answer.
    expect(named(old, 'hello')).toEqual([]);
  });
});

describe('a subscription', () => {
  test('is answered with lease and filter, and hears what matches, numbered from 1', async () => {
    const system = await openBusSystem();
    const client = await plugin(system);
    const answer = await subscribe(client, { events: ['container_start*', 'route_*'] });
    expect(answer).toMatchObject({ channels: ['autodock'], seq: 0 });
    expect(answer.kwargs).toMatchObject({
      ttlMs: 86_400_000,
      events: ['container_start*', 'route_*'],
    });
    const { id, url } = await system.routed('one.test');
    await client.hears('route_added', ({ name }) => name === 'route_added');
    system.fake.world.stop(id);
    await client.hears('route_removed', ({ name }) => name === 'route_removed');
    const events = client.heard.filter(({ name }) => name !== 'hello');
    expect(events.map(({ name, seq }) => [name, seq])).toEqual([
      ['container_started', 1],
      ['route_added', 2],
      ['route_removed', 3],
    ]);
    const route = { vhost: 'one.test', url, container: 'fake-0', id: id.slice(0, 12) };
    expect(events[1]?.kwargs).toEqual(route);
    expect(events[2]?.kwargs).toEqual(route);
    expect(new Set(client.heard.map(({ boot }) => boot)).size).toBe(1);
  });

  test('hears of every pass how it went', async () => {
    const system = await openBusSystem();
    const client = await plugin(system);
    await subscribe(client, { events: ['reconciled'] });
    await system.routed('passes.test');
    const applied = await client.hears('a pass', ({ kwargs }) => kwargs.result === 'applied');
    expect(applied.channels).toEqual(['autodock']);
    expect(applied.kwargs.changes).toBe(1);
    expect(applied.kwargs.durationMs).toBeTypeOf('number');
    await system.controller.reconcile();
    const isOurs = ({ kwargs: { triggers } }: Datagram) =>
      Array.isArray(triggers) && triggers.includes('api');
    await client.hears('a pass that was asked for', isOurs);
    system.fake.fail('list', { kind: 'status', status: 500, message: 'no' });
    await client.hears('a failed pass', ({ kwargs }) => kwargs.result === 'failed');
  });

  test('takes the filter of the hello that came last', async () => {
    const system = await openBusSystem();
    const client = await plugin(system);
    await subscribe(client, { events: ['image_*'] });
    await system.routed('first.test');
    const second = await subscribe(client, { events: ['container_*'] });
    expect(second.kwargs.events).toEqual(['container_*']);
    expect(second.seq).toBe(0);
    await system.routed('second.test');
    const started = await client.hears('it', ({ name }) => name === 'container_started');
    expect(started.seq).toBe(2); // created, started
    expect(named(client, 'route_added')).toEqual([]);
  });

  test('ends with a bye, and the engine is followed only while there is one', async () => {
    const system = await openBusSystem();
    const streams = () => system.fake.events.size;
    await waitUntil('one stream for the triggers', () => streams() === 1);
    const client = await plugin(system);
    await subscribe(client);
    expect(streams()).toBe(2);
    expect((await subscribe(client)).kwargs.subscription).toBe(1);
    client.bye();
    await waitUntil('the second stream to end', () => streams() === 1);
    expect(await subscribers(system)).toBe(0);
    const before = client.heard.length;
    await system.routed('after.test');
    expect(client.heard.length).toBe(before);
  });

  test('lapses after the time that it asked for, and not while anything comes from it', async () => {
    const system = await openBusSystem();
    const quiet = await plugin(system);
    const lively = await plugin(system);
    expect((await subscribe(quiet, { ttlMs: 1_500 })).kwargs.ttlMs).toBe(1_500);
    await subscribe(lively, { ttlMs: 1_500 });
    const beat = setInterval(() => lively.send('{"name":"alive"}'), 300);
    onTestFinished(() => clearInterval(beat));
    await waitUntil('the silent one to lapse', async () => (await subscribers(system)) === 1);
    await system.routed('lapsed.test');
    await lively.hears('a start', ({ name }) => name === 'container_started');
    expect(named(quiet, 'container_started')).toEqual([]);
  });

  test('has never a longer lease than AUTODOCK_BUS_TTL', async () => {
    const system = await openBusSystem({ env: { AUTODOCK_BUS_TTL: '1s' } });
    const client = await plugin(system);
    expect((await subscribe(client, { ttlMs: 60_000 })).kwargs.ttlMs).toBe(1_000);
    await waitUntil('it to lapse', async () => (await subscribers(system)) === 0);
  });

  test('is refused to the 65th, who gets no answer, until somebody leaves', async () => {
    const system = await openBusSystem();
    const port = await busPortOf(system.controller);
    const clients = await Promise.all(Array.from({ length: 64 }, () => openBusClient(port)));
    for (const client of clients) await subscribe(client, { events: ['pull'] });
    const late = await openBusClient(port);
    late.hello({ events: ['pull'], pad: ' '.repeat(300) });
    await waitUntil('it to be refused', async () => (await counted(system, 'refused')) === 1);
    expect(late.heard).toEqual([]);
    clients[0]?.bye();
    await subscribe(late, { events: ['pull'], pad: ' '.repeat(300) });
    expect(await subscribers(system)).toBe(64);
  });

  test('is told when the daemon ends, and sees another boot after its return', async () => {
    const system = await openBusSystem();
    const client = await plugin(system);
    const { boot } = await subscribe(client);
    await system.controller.end();
    const bye = await client.hears('bye', ({ name }) => name === 'bye');
    expect(bye.boot).toBe(boot);
    await system.controller.restart();
    await system.controller.waitReady();
    const again = await plugin(system);
    expect((await subscribe(again)).boot).not.toBe(boot);
  });
});

describe('a loss', () => {
  test("shows as a gap when the engine's stream was down", async () => {
    const system = await openBusSystem();
    const client = await plugin(system);
    await subscribe(client, { events: ['container_*'] });
    await system.routed('before.test');
    const before = await client.hears('a start', ({ name }) => name === 'container_started');
    system.fake.events.cut('reset');
    await waitUntil('both streams to be back', () => system.fake.events.size === 2);
    await system.routed('after.test');
    const after = await client.hears('the next', ({ seq }) => seq > before.seq);
    expect(after.seq).toBe(before.seq + 2);
    // A plugin that hears no event learns it from the answer to its hello.
    expect((await subscribe(client, { events: ['container_*'] })).seq).toBeGreaterThan(after.seq);
  });

  test('of attributes is told, and image and name are kept', async () => {
    const system = await openBusSystem();
    const client = await plugin(system);
    await subscribe(client, { events: ['container_started'] });
    const labels = { long: 'x'.repeat(2_000) };
    const { id } = await system.routed('large.test', { image: 'app:1', name: 'large', labels });
    const { kwargs, raw } = await client.hears('it', ({ name }) => name === 'container_started');
    expect(raw.length).toBeLessThanOrEqual(1_400);
    expect(kwargs).toMatchObject({ id, from: 'app:1', truncated: true });
    expect(kwargs.Actor).toEqual({ ID: id, Attributes: { image: 'app:1', name: 'large' } });
  });
});

describe('a secret', () => {
  const env = { AUTODOCK_BUS_SECRET: SECRET };

  test('lets in whoever knows it, and signs what is sent', async () => {
    const system = await openBusSystem({ env });
    const client = await plugin(system, SECRET);
    const answer = await subscribe(client);
    await system.routed('signed.test');
    await client.hears('a start', ({ name }) => name === 'container_started');
    for (const { raw } of client.heard) expect(isSigned(raw, SECRET)).toBe(true);
    expect(answer.kwargs.nonce).toMatch(/^[0-9a-f]{16}$/);
  });

  test('keeps out whoever does not, or says again what was said; one warning each, no answer', async () => {
    const system = await openBusSystem({ env });
    const [none, wrong, replay] = [
      await plugin(system),
      await plugin(system, 'other'),
      await plugin(system, SECRET),
    ];
    const before = await counted(system, 'refused');
    for (let time = 0; time < 20; time += 1) {
      none.send(OLD_HELLO);
      wrong.hello();
    }
    replay.hello({ time: Date.now() - 120_000 });
    replay.hello({ nonce: 'short' });
    replay.hello({ nonce: 'said-before' });
    await waitUntil('one of them to be heard', async () => (await subscribers(system)) === 1);
    replay.bye();
    await waitUntil('it to be gone', async () => (await subscribers(system)) === 0);
    replay.hello({ nonce: 'said-before' });
    await waitUntil(
      'all to be refused',
      async () => (await counted(system, 'refused')) === before + 43,
    );
    await system.routed('secret.test');
    expect([none.heard, wrong.heard, named(replay, 'container_started')]).toEqual([[], [], []]);
    const warnings = system.controller.logs.filter(({ msg }) => /refused/.test(String(msg)));
    expect(warnings.length).toBeGreaterThan(1);
    expect(warnings.length).toBeLessThanOrEqual(10);
    expect(system.controller.output()).not.toContain(SECRET);
  });
});

test('a port that is taken ends the start with what to do', async () => {
  const taken = createSocket('udp4').bind(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const env = { AUTODOCK_BUS_PORT: String(taken.address().port) };
  const { controller } = await openBusSystem({ env, ready: false });
  await waitFor('the controller to end', () => expect(controller.hasEnded()).toBe(true));
  expect(controller.output()).toContain('AUTODOCK_BUS_PORT');
  expect(await controller.end()).toBe(1);
});
