import { describe, expect, test } from 'vitest';
import { daemonOf, named, places, pluginOf } from '../parts/plugin.ts';
import { waitFor } from '../parts/wait-for.ts';

describe('a shared secret', () => {
  test('lets both sides believe each other', async () => {
    const daemon = await daemonOf({ secret: 'topsecret' });
    const { connected, told } = pluginOf(daemon, { secret: 'topsecret' });
    await connected();
    daemon.shuffle('x_y', 'other', [1]);
    await waitFor('the event', () => expect(places(told)).toEqual([1]));
    expect(told).not.toContainEqual(named('problem'));
  });

  test.each([undefined, 'another'])('keeps out a daemon whose secret is %j', async (secret) => {
    const daemon = await daemonOf(secret === undefined ? {} : { secret });
    const { told, sees } = pluginOf(daemon, { secret: 'topsecret' });
    await sees(
      'the problem',
      expect.objectContaining({ problem: expect.stringContaining('AUTODOCK_BUS_SECRET') }),
    );
    expect(told).not.toContainEqual(named('connected'));
  });
});

test('survives whatever comes from the address of the daemon', async () => {
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
    expect.objectContaining({ problem: expect.stringContaining('not from autodock') }),
    expect.objectContaining({ problem: expect.stringContaining('"route_added"') }),
  );
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(['connected', 'problem', 'other']));
});
