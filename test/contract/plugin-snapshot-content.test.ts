import { describe, expect, test } from 'vitest';
import { A, B, daemonOf, loss, named, pluginOf, stateOf } from '../parts/plugin.ts';
import { waitFor } from '../parts/wait-for.ts';

describe('a snapshot', () => {
  test('comes at the start, with all routes as added', async () => {
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

  test('tells after a loss what was missed, and nothing twice', async () => {
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

  test('comes before what happens while it is fetched', async () => {
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

  test('comes after a restart, as soon as the daemon can tell', async () => {
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

  test('that cannot be had is told, and events go on', async () => {
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

  test('tells nothing of routes to a plugin that did not ask for them', async () => {
    const state = await stateOf(A);
    const daemon = await daemonOf();
    const { told, sees } = pluginOf(daemon, { http: state.url, events: ['container_*'] });
    await sees('the snapshot', named('snapshot'));
    daemon.say('container_died', 'docker');
    await sees('the event', named('container_died'));
    expect(told.map(({ kind }) => kind)).toEqual(['connected', 'snapshot', 'docker']);
  });
});
