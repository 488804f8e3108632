import { describe, expect, test } from 'vitest';
import { subscribe } from '../parts/bus-client.ts';
import { openBusSystem, plugin } from '../parts/bus-system.ts';
import { waitUntil } from '../parts/wait-for.ts';

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
