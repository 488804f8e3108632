import { describe, expect, test } from 'vitest';
import { daemonOf, loss, named, places, pluginOf } from '../parts/plugin.ts';
import { waitFor } from '../parts/wait-for.ts';

describe('a daemon that goes away', () => {
  test('and is started anew is found again', async () => {
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

  test('and is started anew at once is found out by its boot', async () => {
    const first = await daemonOf();
    const { sees, connected } = pluginOf(first);
    await connected();
    first.answers = false;
    await first.close();
    await daemonOf({ port: first.port, boot: 'boot-2' });
    await sees('the restart', loss('restart', null));
  });

  test('and says bye is asked again', async () => {
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

  test('is silent, and is asked again from a new socket', async () => {
    const daemon = await daemonOf();
    const { sees, connected } = pluginOf(daemon);
    await connected();
    daemon.answers = false;
    await sees('silence', { kind: 'disconnected', name: 'disconnected', cause: 'silence' });
    await sees('why', expect.objectContaining({ problem: expect.stringContaining('no answer') }));
    daemon.answers = true;
    await sees('the way back', loss('disconnected', null));
  });

  test('was never there: it is told once, with the address and what to look at', async () => {
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

  test('has a name that nobody knows: it is told', async () => {
    const daemon = await daemonOf();
    const { sees } = pluginOf(daemon, { host: 'nowhere.invalid' });
    await sees('why', named('problem'));
  });
});
