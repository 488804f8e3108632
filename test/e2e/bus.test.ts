import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OLD_HELLO } from '../parts/bus-client.ts';
import { named, openBusSystem, plugin, subscribers } from '../parts/bus-system.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

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
