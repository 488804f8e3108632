import { describe, expect, it, onTestFinished } from 'vitest';
import { HELLO } from '../../src/bus/wire/message.ts';
import { connect, type PluginEvent } from '../../src/plugin/connect.ts';
import { daemonOf, HELLO_EVERY_MS, loss, named, pluginOf, stateOf } from '../parts/plugin.ts';
import { waitFor } from '../parts/wait-for.ts';

const A = { vhost: 'a.local', url: 'http://10.0.0.1:80' };
const B = { vhost: 'b.local', url: 'http://10.0.0.2:80' };

const places = (told: readonly PluginEvent[]) =>
  told.flatMap((event) => (event.kind === 'other' ? [event.kwargs.place] : []));

describe('a plugin', () => {
  it('says hello with its filter, and again and again', async () => {
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

  it('is told who answers, and of events by name', async () => {
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

  it('waits for a handler before it calls it again', async () => {
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

  it('can be iterated, and left', async () => {
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

  it('begins an iteration with a snapshot, however late', async () => {
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

  it('warns of a problem that it does not handle', async () => {
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

  it('ends at the signal', async () => {
    const daemon = await daemonOf();
    const controller = new AbortController();
    const { plugin, connected } = pluginOf(daemon, { signal: controller.signal });
    await connected();
    controller.abort();
    await plugin.finished;
    const late = connect({ port: daemon.port, signal: controller.signal });
    await late.finished;
  });

  it('ends with what a handler throws', async () => {
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

  it.each([
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

describe('what is lost on the way', () => {
  it('is put in order while it can be', async () => {
    const daemon = await daemonOf();
    const { told, connected } = pluginOf(daemon);
    await connected();
    daemon.shuffle('x_y', 'other', [3, 1, 1, 4, 2, 3]);
    await waitFor('all', () => expect(places(told)).toEqual([1, 2, 3, 4]));
    expect(told).not.toContainEqual(named('loss'));
  });

  it('is told of, with how many', async () => {
    const daemon = await daemonOf();
    const { told, connected, sees } = pluginOf(daemon);
    await connected();
    daemon.shuffle('x_y', 'other', [1, 5]);
    await sees('the loss', loss('gap', 3));
    await waitFor('the rest', () => expect(places(told)).toEqual([1, 5]));
  });

  it('is found by the next hello if nothing comes after it', async () => {
    const daemon = await daemonOf();
    const { connected, sees } = pluginOf(daemon);
    await connected();
    daemon.seq += 2;
    await sees('the loss', loss('gap', 2));
  });

  it.each([
    { before: 0, since: 0 },
    { before: 0, since: 2 },
    { before: 3, since: 0 },
    { before: 3, since: 5 },
  ])(
    'is told of when the daemon forgot the plugin after $before events, $since ago',
    async ({ before, since }) => {
      const state = await stateOf(A);
      const daemon = await daemonOf();
      const { told, sees } = pluginOf(daemon, { http: state.url });
      await sees('the start', named('snapshot'));
      daemon.shuffle('x_y', 'other', [1, 2, 3].slice(0, before));
      await waitFor('them', () => expect(places(told)).toHaveLength(before));
      daemon.subscription = 2;
      daemon.seq = since;
      await sees('the loss', loss('disconnected', null));
      await sees(
        'the snapshot',
        expect.objectContaining({ kind: 'snapshot', cause: 'disconnected' }),
      );
      daemon.shuffle('x_y', 'other', [1]);
      await waitFor('the event', () => expect(places(told)).toHaveLength(before + 1));
      expect(told.filter(({ kind }) => kind === 'loss')).toHaveLength(1);
    },
  );

  it('is told of when an older daemon forgot the plugin and counts anew', async () => {
    const daemon = await daemonOf();
    daemon.subscription = null;
    const { told, connected, sees } = pluginOf(daemon);
    await connected();
    daemon.shuffle('x_y', 'other', [1, 2, 3]);
    await waitFor('all', () => expect(places(told)).toHaveLength(3));
    daemon.seq = 0;
    await sees('the loss', loss('disconnected', null));
    daemon.shuffle('x_y', 'other', [1]);
    await waitFor('the event', () => expect(places(told)).toEqual([1, 2, 3, 1]));
  });

  it('is told of to a consumer that is too slow', async () => {
    const daemon = await daemonOf();
    const { plugin, connected, sees, told } = pluginOf(daemon, { queueLimit: 3 });
    await connected();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isHeld = false;
    plugin.on('x_y', () => {
      isHeld = true;
      return held;
    });
    const fast: number[] = [];
    void (async () => {
      for await (const event of plugin) if (event.kind === 'other') fast.push(event.seq);
    })();
    daemon.say('x_y', 'other');
    await waitFor('the slow handler', () => expect(isHeld).toBe(true));
    for (let count = 2; count <= 10; count += 1) {
      daemon.say('x_z', 'other');
      await waitFor('the fast consumer', () => expect(fast).toHaveLength(count));
    }
    release();
    await sees('the loss', loss('slow', 6));
    await waitFor('the rest', () =>
      expect(told.flatMap((event) => (event.kind === 'other' ? [event.seq] : []))).toEqual([
        1, 8, 9, 10,
      ]),
    );
  });
});

describe('a daemon that goes away', () => {
  it('and is started anew is found again', async () => {
    const first = await daemonOf();
    const { sees, connected, told } = pluginOf(first);
    await connected();
    await first.close();
    await sees('the end', expect.objectContaining({ kind: 'disconnected' }));
    const second = await daemonOf({ port: first.port, boot: 'boot-2' });
    await sees(
      'the restart',
      expect.objectContaining({ kind: 'connected', restarted: true }),
      loss('restart', null),
    );
    second.say('x_y', 'other', { place: 1 });
    await waitFor('the event', () => expect(places(told)).toEqual([1]));
  });

  it('and is started anew at once is found out by its boot', async () => {
    const first = await daemonOf();
    const { sees, connected } = pluginOf(first);
    await connected();
    first.answers = false;
    await first.close();
    await daemonOf({ port: first.port, boot: 'boot-2' });
    await sees('the restart', loss('restart', null));
  });

  it('and says bye is asked again', async () => {
    const daemon = await daemonOf();
    const { sees, connected } = pluginOf(daemon);
    await connected();
    daemon.bye();
    await sees(
      'the way back',
      { kind: 'disconnected', name: 'disconnected', cause: 'bye' },
      loss('disconnected', null),
    );
  });

  it('is silent, and is asked again from a new socket', async () => {
    const daemon = await daemonOf();
    const { sees, connected } = pluginOf(daemon);
    await connected();
    daemon.answers = false;
    await sees('silence', { kind: 'disconnected', name: 'disconnected', cause: 'silence' });
    await sees('why', expect.objectContaining({ problem: expect.stringContaining('no answer') }));
    daemon.answers = true;
    await sees('the way back', loss('disconnected', null));
  });

  it('was never there: it is told once, with the address and what to look at', async () => {
    const daemon = await daemonOf();
    await daemon.close();
    const { told, sees } = pluginOf(daemon, { host: 'localhost' });
    await sees('why', {
      kind: 'problem',
      name: 'problem',
      problem: expect.stringMatching(
        new RegExp(`UDP localhost:${daemon.port} \\(.*ECONNREFUSED.*AUTODOCK_BUS_ENABLED`),
      ),
    });
    await daemonOf({ port: daemon.port });
    await sees('the connection', expect.objectContaining({ kind: 'connected', restarted: false }));
    expect(told.filter(({ kind }) => kind === 'problem')).toHaveLength(1);
  });

  it('has a name that nobody knows: it is told', async () => {
    const daemon = await daemonOf();
    const { sees } = pluginOf(daemon, { host: 'nowhere.invalid' });
    await sees('why', named('problem'));
  });
});

describe('a shared secret', () => {
  it('lets both sides believe each other', async () => {
    const daemon = await daemonOf({ secret: 'topsecret' });
    const { connected, told } = pluginOf(daemon, { secret: 'topsecret' });
    await connected();
    daemon.shuffle('x_y', 'other', [1]);
    await waitFor('the event', () => expect(places(told)).toEqual([1]));
    expect(told).not.toContainEqual(named('problem'));
  });

  it.each([undefined, 'another'])('keeps out a daemon whose secret is %j', async (secret) => {
    const daemon = await daemonOf(secret === undefined ? {} : { secret });
    const { told, sees } = pluginOf(daemon, { secret: 'topsecret' });
    await sees(
      'the problem',
      expect.objectContaining({ problem: expect.stringContaining('AUTODOCK_BUS_SECRET') }),
    );
    expect(told).not.toContainEqual(named('connected'));
  });
});

it('survives whatever comes from the address of the daemon', async () => {
  const daemon = await daemonOf();
  const { told, connected, sees } = pluginOf(daemon);
  await connected();
  daemon.raw('');
  daemon.raw(Buffer.from([0xff, 0xfe]));
  daemon.raw('{"name":"x_y"}');
  daemon.raw('[['.repeat(4_000));
  daemon.raw('{"name":"x_y","seq":1,"boot":"stranger"}');
  daemon.raw('{"name":"hello","seq":0,"boot":"stranger"}');
  daemon.raw('{"name":"bye","seq":0,"boot":"stranger"}');
  daemon.say('route_added', 'autodock', { vhost: 1 });
  daemon.say('container_started', 'docker', { Actor: 'x' });
  daemon.say('snapshot', 'autodock', {});
  daemon.shuffle('x_y', 'other', [1]);
  await waitFor('the last event', () => expect(places(told)).toEqual([1]));
  await sees(
    'the problems',
    expect.objectContaining({ problem: expect.stringContaining('none of autodock') }),
    expect.objectContaining({ problem: expect.stringContaining('"route_added"') }),
  );
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['connected', 'problem', 'other']));
});

describe('a snapshot', () => {
  it('comes at the start, with all routes as added', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const { told, sees } = pluginOf(daemon, { http: state.url });
    await sees('the route', {
      kind: 'route',
      name: 'route_added',
      kwargs: { ...A, container: 'hello', id: '0123456789ab' },
      via: 'snapshot',
      seq: null,
    });
    expect(told.map(({ kind }) => kind)).toEqual(['connected', 'snapshot', 'route']);
    expect(told[1]).toMatchObject({ cause: 'start', routes: [{ vhost: 'a.local' }] });
  });

  it('tells after a loss what was missed, and nothing twice', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const { told, sees } = pluginOf(daemon, { http: state.url });
    await sees('the start', named('route_added'));
    state.routes = [B];
    // The removal of A is lost; the addition of B is not, and the snapshot knows it as well.
    daemon.seq += 1;
    daemon.route('route_added', B.vhost, B.url);
    await sees('the removal', expect.objectContaining({ name: 'route_removed', via: 'snapshot' }));
    const routes = told.flatMap((event) =>
      event.kind === 'route' ? [`${event.name} ${event.kwargs.vhost}`] : [],
    );
    expect(routes.toSorted()).toEqual([
      'route_added a.local',
      'route_added b.local',
      'route_removed a.local',
    ]);
  });

  it('comes before what happens while it is fetched', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    state.before = () => held;
    const { told, sees } = pluginOf(daemon, { http: state.url });
    await waitFor('the question', () => expect(state.asked()).toBe(1));
    daemon.route('route_removed', A.vhost, A.url);
    daemon.say('x_y', 'other');
    release();
    await sees('the event', named('x_y'));
    expect(told.map(({ name }) => name)).toEqual([
      'connected',
      'snapshot',
      'route_added',
      'route_removed',
      'x_y',
    ]);
  });

  it('comes after a restart, as soon as the daemon can tell', async () => {
    const state = await stateOf(A);
    const first = await daemonOf();
    const { sees } = pluginOf(first, { http: state.url });
    await sees('the start', named('route_added'));
    await first.close();
    state.status = 503;
    state.routes = [];
    await daemonOf({ port: first.port, boot: 'boot-2' });
    await sees('the restart', loss('restart', null));
    state.status = 200;
    await sees(
      'the snapshot',
      expect.objectContaining({ kind: 'snapshot', cause: 'restart' }),
      expect.objectContaining({ name: 'route_removed', via: 'snapshot' }),
    );
  });

  it('that cannot be had is told, and events go on', async () => {
    const state = await stateOf();
    state.status = 503;
    const daemon = await daemonOf();
    const { sees, connected } = pluginOf(daemon, { http: state.url });
    await connected();
    daemon.say('x_y', 'other');
    await sees('the event', named('x_y'));
    await sees('the problem', {
      kind: 'problem',
      name: 'problem',
      problem: expect.stringContaining(`${state.url}/api/v1/`),
    });
  });

  it('tells nothing of routes to a plugin that did not ask for them', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const { told, sees } = pluginOf(daemon, { http: state.url, events: ['container_*'] });
    await sees('the snapshot', named('snapshot'));
    daemon.say('container_died', 'docker');
    await sees('the event', named('container_died'));
    expect(told.map(({ kind }) => kind)).toEqual(['connected', 'snapshot', 'docker']);
  });
});
