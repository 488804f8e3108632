import { describe, expect, onTestFinished, test } from 'vitest';
import { busPortOf, type Datagram, openBusClient, subscribe } from '../parts/bus-client.ts';
import { counted, named, openBusSystem, plugin, subscribers } from '../parts/bus-system.ts';
import { waitUntil } from '../parts/wait-for.ts';

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
    await waitUntil('a second stream', () => streams() === 2);
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
    // Long beside the pauses between beats that a busy machine makes.
    expect((await subscribe(quiet, { ttlMs: 4_000 })).kwargs.ttlMs).toBe(4_000);
    await subscribe(lively, { ttlMs: 4_000 });
    const beat = setInterval(() => lively.send('{"name":"alive"}'), 100);
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
