import { expect, test } from 'vitest';
import {
  BUS_ON,
  type BusClient,
  busPortOf,
  openBusClient,
  subscribe,
} from '../parts/bus-client.ts';
import { type FakeSystem, openFakeSystem, openProxiedSystem } from '../parts/fake-system.ts';
import { waitFor } from '../parts/wait-for.ts';

/** A plugin that hears of routes alone. */
async function listener({ controller }: FakeSystem): Promise<BusClient> {
  const client = await openBusClient(await busPortOf(controller));
  await subscribe(client, { events: ['route_*'] });
  return client;
}

const hears = (client: BusClient, name: string, vhost: string) =>
  client.hears(`${name} of ${vhost}`, (said) => said.name === name && said.kwargs.vhost === vhost);

test('a route is told also when the reply to its write was lost', async () => {
  const system = await openProxiedSystem({ env: BUS_ON });
  const client = await listener(system);
  await system.routed('before.test');
  system.proxy.loseNextReply((request) => request.includes('"v":'));
  const { url, id } = system.run('lost.test');
  const added = await hears(client, 'route_added', 'lost.test');
  expect(added.kwargs).toMatchObject({ url, id: id.slice(0, 12) });
});

test('a removal is told also when the pass that made it failed for want of memory', async () => {
  const system = await openFakeSystem({ env: BUS_ON });
  const gone = await system.routed('gone.test');
  const client = await listener(system);
  await system.redis.client.config('SET', 'maxmemory', '1mb');
  system.fake.world.kill(gone.id);
  system.run('added.test');
  await system.routes.isGone('gone.test');
  await system.redis.client.config('SET', 'maxmemory', '0');
  expect((await hears(client, 'route_removed', 'gone.test')).kwargs.url).toBe(gone.url);
  await hears(client, 'route_added', 'added.test');
});

test('a route is told by each controller of its owner, whichever wrote it', async () => {
  const system = await openFakeSystem({ env: BUS_ON });
  const second = await system.another();
  await second.waitReady();
  const clients = [await listener(system), await listener({ ...system, controller: second })];
  for (let round = 0; round < 5; round += 1) {
    const { id } = await system.routed(`round-${round}.test`);
    for (const client of clients) await hears(client, 'route_added', `round-${round}.test`);
    system.fake.world.kill(id);
    for (const client of clients) await hears(client, 'route_removed', `round-${round}.test`);
  }
  await waitFor('nobody to be told twice', () => {
    for (const { heard } of clients) expect(heard.filter(({ seq }) => seq > 0)).toHaveLength(10);
  });
});
