import { expect, onTestFinished } from 'vitest';
import { type ConnectOptions, connect, type PluginEvent } from '../../src/plugin/connect.ts';
import { type BusDaemon, type BusDaemonOptions, startBusDaemon } from './bus-daemon.ts';
import { type StateRoute, startStateServer } from './state-server.ts';
import { waitFor } from './wait-for.ts';

/** The time between the hellos of a plugin under test. */
export const HELLO_EVERY_MS = 100;

/** A route that a daemon's state shows. */
export const A = { vhost: 'a.local', url: 'http://10.0.0.1:80' };

/** Another one. */
export const B = { vhost: 'b.local', url: 'http://10.0.0.2:80' };

/** A scripted daemon until the test ends. */
export async function daemonOf(options: BusDaemonOptions = {}): Promise<BusDaemon> {
  const daemon = await startBusDaemon(options);
  onTestFinished(daemon.close);
  return daemon;
}

/** A daemon's HTTP port until the test ends. */
export async function stateOf(...routes: readonly StateRoute[]) {
  const state = await startStateServer(routes);
  onTestFinished(state.close);
  return state;
}

/** A plugin until the test ends, that keeps all that it is told. */
export function pluginOf({ port }: Pick<BusDaemon, 'port'>, options: ConnectOptions = {}) {
  const plugin = connect({ port, http: null, helloEveryMs: HELLO_EVERY_MS, ...options });
  onTestFinished(plugin.close);
  const told: PluginEvent[] = [];
  plugin.on('*', (event) => void told.push(event));
  const sees = (what: string, ...events: readonly unknown[]) =>
    waitFor(what, () => expect(told).toEqual(expect.arrayContaining([...events])));
  const connected = () => sees('the connection', expect.objectContaining({ kind: 'connected' }));
  return { plugin, told, sees, connected };
}

/** A loss as it is told. */
export const loss = (cause: string, missed: number | null) => ({
  kind: 'loss',
  name: 'loss',
  cause,
  missed,
});

/** Whatever has this name. */
export const named = (name: string): unknown => expect.objectContaining({ name });

/** The places of the events that are neither Docker's nor of routes, in the order in which they were told. */
export const places = (told: readonly PluginEvent[]) =>
  told.flatMap((event) => (event.kind === 'other' ? [event.kwargs.place] : []));
