import { describe, expect, onTestFinished, test } from 'vitest';
import { connect, type PluginEvent } from '../../src/plugin/connect.ts';
import { A, B, daemonOf, HELLO_EVERY_MS, named, pluginOf, stateOf } from '../parts/plugin.ts';
import { waitFor, waitUntil } from '../parts/wait-for.ts';

const kinds = (told: readonly PluginEvent[], ...wanted: readonly PluginEvent['kind'][]) =>
  told.map(({ kind }) => kind).filter((kind) => wanted.includes(kind));
const causes = (told: readonly PluginEvent[]) =>
  told.flatMap((event) => (event.kind === 'snapshot' ? [event.cause] : []));

const QUEUE_LIMIT = 5;

/** What may have been asked for since then: once a second, and the one on the way. */
const most = (since: number) => (performance.now() - since) / 1_000 + 2;

/** A promise and what resolves it. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('the HTTP port', () => {
  test('is not hammered for a slow consumer, who gets one snapshot for each loss', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const since = performance.now();
    const {
      told: fast,
      sees,
      plugin,
    } = pluginOf(daemon, {
      ...{ http: state.url, queueLimit: QUEUE_LIMIT },
    });
    await sees('the start', named('snapshot'));
    const slow: PluginEvent[] = [];
    let isOver = false;
    const letGo = () => {
      isOver = true;
    };
    onTestFinished(letGo);
    const iteration = (async () => {
      for await (const event of plugin) {
        slow.push(event);
        // More come than its queue holds, however fast they do.
        const until = fast.length + 2 * QUEUE_LIMIT;
        await waitUntil('others', () => isOver || fast.length >= until, { everyMs: 1 });
      }
    })();
    while (causes(slow).filter((cause) => cause === 'slow').length < 3) {
      const before = fast.length;
      daemon.say('x_y', 'other');
      await waitFor('the fast one', () => expect(fast.length).toBeGreaterThan(before), {
        everyMs: 1,
      });
    }
    expect(state.asked()).toBeLessThanOrEqual(most(since));
    expect(causes(fast)).toEqual(['start']);
    expect(kinds(slow, 'loss', 'snapshot')).toEqual([
      'snapshot',
      ...['loss', 'snapshot'],
      ...['loss', 'snapshot'],
      ...['loss', 'snapshot'],
    ]);
    letGo();
    await plugin.close();
    await iteration;
  });

  test.each([200, 503])(
    'is not hammered on a lossy path, whether it answers %i',
    async (status) => {
      const state = await stateOf(A);
      const daemon = await daemonOf();
      const since = performance.now();
      const { told, sees } = pluginOf(daemon, { http: state.url });
      await sees('the start', named('snapshot'));
      state.status = status;
      while (kinds(told, 'loss').length < 30) {
        const before = kinds(told, 'loss').length;
        daemon.seq += 1;
        daemon.say('x_y', 'other');
        await waitFor('the loss', () => expect(kinds(told, 'loss').length).toBeGreaterThan(before));
      }
      expect(state.asked()).toBeLessThanOrEqual(most(since));
      state.status = 200;
      await waitFor('the snapshot', () => expect(causes(told).at(-1)).toBe('gap'));
    },
  );

  test('delays events once if it is blocked, and not at each retry', async () => {
    const state = await stateOf(A);
    const blocked = gate();
    state.before = () => blocked.opened;
    const daemon = await daemonOf();
    const { told, sees } = pluginOf(daemon, { http: state.url });
    await waitFor('the retry', () => expect(state.asked()).toBe(2));
    daemon.say('x_y', 'other');
    await sees('the event', named('x_y'));
    expect(causes(told)).toEqual([]);
    blocked.open();
    await sees('the snapshot', expect.objectContaining({ kind: 'snapshot', cause: 'start' }));
  });

  test('that answers a retry with less than was told meanwhile is asked again', async () => {
    const state = await stateOf(A);
    const blocked = gate();
    state.before = () => blocked.opened;
    const daemon = await daemonOf();
    const { told, sees } = pluginOf(daemon, { http: state.url });
    await waitFor('the retry', () => expect(state.asked()).toBe(2));
    daemon.route('route_added', B.vhost, B.url);
    await sees('the event', named('route_added'));
    blocked.open();
    state.before = () => {
      if (state.asked() > 2) state.routes = [A, B];
    };
    await sees('the snapshot', named('snapshot'));
    expect(told).not.toContainEqual(named('route_removed'));
    expect(kinds(told, 'snapshot', 'route')).toEqual(['route', 'snapshot', 'route']);
  });
});

describe('a consumer that joins', () => {
  test('takes nothing from the snapshot that another waits for after a loss', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const { told, sees, plugin } = pluginOf(daemon, { http: state.url });
    await sees('the start', named('snapshot'));
    daemon.seq += 1;
    await sees('the loss', named('loss'));
    for await (const event of plugin) {
      expect(event).toMatchObject({ kind: 'snapshot', cause: 'start' });
      break;
    }
    await waitFor('the snapshot', () => expect(causes(told)).toEqual(['start', 'gap']));
  });

  test('is told of what is wrong, though nobody listened then', async () => {
    const daemon = await daemonOf();
    daemon.answers = false;
    const plugin = connect({ port: daemon.port, http: null, helloEveryMs: HELLO_EVERY_MS });
    await waitFor('silence', () => expect(daemon.heard.length).toBeGreaterThan(6));
    for await (const event of plugin) {
      expect(event).toMatchObject({ kind: 'problem', problem: expect.stringContaining('answer') });
      break;
    }
    await plugin.close();
  });

  test.each([
    ['never does so', () => Promise.resolve()],
    ['leaves first', (iterator: AsyncIterator<PluginEvent>) => iterator.return?.()],
  ])('but %s is nobody', async (_, end) => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const plugin = connect({ port: daemon.port, http: state.url, helloEveryMs: HELLO_EVERY_MS });
    await end(plugin[Symbol.asyncIterator]());
    await waitFor('hellos', () => expect(daemon.heard.length).toBeGreaterThan(6));
    for await (const { name } of plugin) if (name === 'snapshot') break;
    await plugin.close();
    expect(state.asked()).toBe(1);
  });
});

describe('a plugin that is closed by a handler', () => {
  test('calls none any more, in the midst of what a snapshot shows', async () => {
    const state = await stateOf(A, B);
    const daemon = await daemonOf();
    const { plugin, told } = pluginOf(daemon, { http: state.url });
    plugin.on('route_added', () => void plugin.close());
    await plugin.finished;
    expect(kinds(told, 'snapshot', 'route')).toEqual(['snapshot']);
  });
});
