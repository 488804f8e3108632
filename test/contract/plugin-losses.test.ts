import { describe, expect, test } from 'vitest';
import { A, daemonOf, loss, named, places, pluginOf, stateOf } from '../parts/plugin.ts';
import { waitFor } from '../parts/wait-for.ts';

describe('what is lost on the way', () => {
  test('is put in order while it can be', async () => {
    const daemon = await daemonOf();
    const { told, connected } = pluginOf(daemon);
    await connected();
    daemon.shuffle('x_y', 'other', [3, 1, 1, 4, 2, 3]);
    await waitFor('all', () => expect(places(told)).toEqual([1, 2, 3, 4]));
    expect(told).not.toContainEqual(named('loss'));
  });

  test('is told of, with how many', async () => {
    const daemon = await daemonOf();
    const { told, connected, sees } = pluginOf(daemon);
    await connected();
    daemon.shuffle('x_y', 'other', [1, 5]);
    await sees('the loss', loss('gap', 3));
    await waitFor('the rest', () => expect(places(told)).toEqual([1, 5]));
  });

  test('is found by the next hello if nothing comes after it', async () => {
    const daemon = await daemonOf();
    const { connected, sees } = pluginOf(daemon);
    await connected();
    daemon.seq += 2;
    await sees('the loss', loss('gap', 2));
  });

  test.each([
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

  test('is told of when an older daemon forgot the plugin and counts anew', async () => {
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

  test('is told of to a consumer that is too slow', async () => {
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
