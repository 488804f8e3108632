import { BUS_ON, type BusClient, busPortOf, type Datagram, openBusClient } from './bus-client.ts';
import { type FakeSystem, type FakeSystemOptions, openFakeSystem } from './fake-system.ts';

/** A system on a fake engine whose plugin bus is on. */
export async function openBusSystem(options: FakeSystemOptions = {}): Promise<FakeSystem> {
  return openFakeSystem({ ...options, env: { ...BUS_ON, ...options.env } });
}

/** A plugin of a system; says nothing yet. */
export async function plugin({ controller }: FakeSystem, secret: string | null = null) {
  return openBusClient(await busPortOf(controller), secret);
}

/** What a plugin has heard by this name. */
export const named = (client: BusClient, name: string): readonly Datagram[] =>
  client.heard.filter((datagram) => datagram.name === name);

/** How many plugins are subscribed. */
export const subscribers = async ({ controller }: FakeSystem) =>
  (await controller.metrics()).value('autodock_bus_subscribers');

/** How many datagrams, sent or received, came to this result. */
export const counted = async ({ controller }: FakeSystem, result: string) =>
  (await controller.metrics()).value('autodock_bus_events_total', { result });
