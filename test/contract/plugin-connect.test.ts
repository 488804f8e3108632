import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/plugin/connect.ts';
import { HELLO } from '../../src/wire/message.ts';
import { A, daemonOf, HELLO_EVERY_MS, named, pluginOf, stateOf } from '../parts/plugin.ts';
import { waitFor } from '../parts/wait-for.ts';

describe('a plugin', () => {
  test('says hello with its filter, and again and again', async () => {
    const daemon = await daemonOf();
    pluginOf(daemon, { events: ['container_*'] });
    await waitFor('three hellos', () => expect(daemon.heard.length).toBeGreaterThan(2));
    for (const { name, kwargs } of daemon.heard) {
      expect(name).toBe(HELLO);
      expect(kwargs).toMatchObject({
        events: ['container_*'],
        time: expect.any(Number),
        nonce: expect.any(String),
      });
    }
    expect(new Set(daemon.heard.map(({ kwargs }) => kwargs.nonce)).size).toBe(daemon.heard.length);
  });

  test('is told who answers, and of events by name', async () => {
    const daemon = await daemonOf();
    const { plugin, connected, told } = pluginOf(daemon);
    const names: (string | undefined)[] = [];
    plugin.on('container_started', ({ kwargs }) => void names.push(kwargs.Actor?.Attributes?.name));
    await connected();
    daemon.say('container_died', 'docker', { id: 'a' });
    daemon.say('container_started', 'docker', { Actor: { Attributes: { name: 'hello' } } });
    await waitFor('the event', () => expect(names).toEqual(['hello']));
    expect(told[0]).toEqual({
      kind: 'connected',
      name: 'connected',
      version: '9.9.9',
      endpoint: `127.0.0.1:${daemon.port}`,
      restarted: false,
    });
    expect(told.slice(1)).toEqual([named('container_died'), named('container_started')]);
  });

  test('waits for a handler before it calls it again', async () => {
    const daemon = await daemonOf();
    const { plugin, connected } = pluginOf(daemon);
    const log: string[] = [];
    plugin.on('x_y', async ({ kwargs }) => {
      log.push(`begin ${JSON.stringify(kwargs)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push('end');
    });
    await connected();
    daemon.say('x_y', 'other', { n: 1 });
    daemon.say('x_y', 'other', { n: 2 });
    await waitFor('both', () =>
      expect(log).toEqual(['begin {"n":1}', 'end', 'begin {"n":2}', 'end']),
    );
  });

  test('can be iterated, and left', async () => {
    const daemon = await daemonOf();
    const { plugin, connected } = pluginOf(daemon);
    await connected();
    const iteration = (async () => {
      const names: string[] = [];
      for await (const event of plugin) {
        names.push(event.name);
        if (names.length === 2) break;
      }
      return names;
    })();
    daemon.shuffle('x_y', 'other', [1, 2]);
    expect(await iteration).toEqual(['x_y', 'x_y']);
    const rest = plugin[Symbol.asyncIterator]().next();
    await plugin.close();
    expect(await rest).toEqual({ done: true, value: undefined });
    await expect(plugin.finished).resolves.toBeUndefined();
    await waitFor('bye', () => expect(daemon.heard.at(-1)?.name).toBe('bye'));
  });

  test('begins an iteration with a snapshot, however late', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const { plugin, sees } = pluginOf(daemon, { http: state.url });
    await sees('the start', named('route_added'));
    const names: string[] = [];
    for await (const event of plugin) {
      names.push(event.name);
      if (names.length === 2) break;
    }
    expect(names).toEqual(['snapshot', 'route_added']);
  });

  test('warns of a problem that it does not handle', async () => {
    const daemon = await daemonOf();
    await daemon.close();
    const plugin = connect({ port: daemon.port, http: null, helloEveryMs: HELLO_EVERY_MS });
    onTestFinished(plugin.close);
    const warnings: Error[] = [];
    const keep = (warning: Error) => void warnings.push(warning);
    process.on('warning', keep);
    onTestFinished(() => void process.off('warning', keep));
    plugin.on('container_started', () => undefined);
    await waitFor('the warning', () =>
      expect(warnings).toContainEqual(
        expect.objectContaining({
          name: 'AutodockPluginWarning',
          message: expect.stringContaining(`UDP 127.0.0.1:${daemon.port}`),
        }),
      ),
    );
  });

  test('ends at the signal', async () => {
    const daemon = await daemonOf();
    const controller = new AbortController();
    const { plugin, connected } = pluginOf(daemon, { signal: controller.signal });
    await connected();
    controller.abort();
    await plugin.finished;
    const late = connect({ port: daemon.port, signal: controller.signal });
    await late.finished;
  });

  test('ends with what a handler throws', async () => {
    const daemon = await daemonOf();
    const { plugin, connected } = pluginOf(daemon);
    plugin.on('x_y', () => {
      throw new Error('a fault of the plugin');
    });
    const finished = expect(plugin.finished).rejects.toThrow('a fault of the plugin');
    await connected();
    daemon.say('x_y', 'other');
    await finished;
  });

  test.each([
    [{ port: 0 }, 'port = 0 must be a whole number from 1 to 65535'],
    [{ events: ['container-*'] }, 'events must be 1 to 32 patterns'],
    [{ http: 'localhost:1338' }, 'http = "localhost:1338" must be such as http://127.0.0.1:1338'],
    [{ secret: '', host: '' }, /host = "" must be .*; secret = "" must be/],
    [{ helloEveryMs: 31_000 }, 'helloEveryMs = 31000 must be'],
    [{ queueLimit: 0 }, 'queueLimit = 0 must be'],
  ] as const)('refuses %j with the remedy', (options, message) => {
    expect(() => connect(options)).toThrow(message);
  });
});
