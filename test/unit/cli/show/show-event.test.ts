import { describe, expect, test } from 'vitest';
import { eventJson } from '../../../../src/cli/show/event-json.ts';
import { showEvent } from '../../../../src/cli/show/show-event.ts';
import type { PluginEvent } from '../../../../src/plugin/connect.ts';
import { HOSTILE, UNSAFE } from '../../../parts/hostile.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const ID = '0123456789ab'.padEnd(64, 'f');
const PLAIN = { width: 80, paint: (_tone: string, text: string) => text };

const died: PluginEvent = {
  kind: 'docker',
  name: 'container_died',
  seq: 7,
  kwargs: {
    Type: 'container',
    Action: 'die',
    timeNano: (NOW - 1_000) * 1_000_000,
    Actor: { ID, Attributes: { name: 'hello', image: 'web:1', exitCode: '137' } },
  },
};

/** Without the time, which is that of the reader's zone. */
function shown(event: PluginEvent): string {
  const line = showEvent(event, NOW, PLAIN);
  expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.678 /);
  return line.slice('2026-01-02 03:04:05.678 '.length);
}

function docker(
  Action: string,
  attributes: Readonly<Record<string, string>>,
  id = ID,
): PluginEvent {
  const kwargs = { Action, Actor: { ID: id, Attributes: attributes } };
  return { kind: 'docker', name: 'some_event', seq: 1, kwargs };
}

describe('an event as a line', () => {
  test.each<[PluginEvent, string]>([
    [died, 'container_died          hello  web:1  0123456789ab  exit code 137'],
    [
      docker('health_status: healthy', { name: 'hello', image: 'web' }),
      'some_event              hello  web  0123456789ab  healthy',
    ],
    [
      docker('exec_create: sh -c true', { name: 'hello', image: 'web' }),
      'some_event              hello  web  0123456789ab  sh -c true',
    ],
    [docker('kill', { signal: '15' }), 'some_event              0123456789ab  signal 15'],
    [
      docker('connect', { name: 'bridge', container: ID }, `sha256:${ID}`),
      'some_event              bridge  0123456789ab  container 0123456789ab',
    ],
    [docker('mount', {}, 'my-volume'), 'some_event              my-volume'],
    [
      { kind: 'docker', name: 'pull', seq: 1, kwargs: { id: 'web:1' } },
      'pull                    web:1',
    ],
    [
      {
        kind: 'route',
        name: 'route_added',
        via: 'bus',
        seq: 1,
        kwargs: { vhost: 'a.local', url: 'http://10.0.0.1:80', container: 'hello', id: '' },
      },
      'route_added             a.local → http://10.0.0.1:80  hello',
    ],
    [
      {
        kind: 'route',
        name: 'route_removed',
        via: 'snapshot',
        seq: null,
        kwargs: { vhost: 'a.local', url: 'http://10.0.0.1:80', container: '', id: '' },
      },
      'route_removed           a.local → http://10.0.0.1:80  (seen in a snapshot)',
    ],
    [
      {
        kind: 'reconciled',
        name: 'reconciled',
        seq: 1,
        kwargs: { result: 'applied', changes: 1, durationMs: 12, triggers: ['event', 'settle'] },
      },
      'reconciled              applied  1 change in 12 ms  (event, settle)',
    ],
    [{ kind: 'other', name: 'x_y', seq: 1, kwargs: { a: 1 } }, 'x_y                     {"a":1}'],
    [
      {
        kind: 'connected',
        name: 'connected',
        version: '1.0.0',
        endpoint: '127.0.0.1:1338',
        restarted: true,
      },
      'connected               to autodock 1.0.0 at 127.0.0.1:1338, which was started anew',
    ],
    [
      { kind: 'disconnected', name: 'disconnected', cause: 'bye' },
      'disconnected            autodock has stopped; waiting for it',
    ],
    [
      { kind: 'loss', name: 'loss', cause: 'gap', missed: 1 },
      'loss                    1 event was lost on the way',
    ],
    [
      { kind: 'loss', name: 'loss', cause: 'slow', missed: 12 },
      'loss                    12 events were dropped: they could not be written fast enough',
    ],
    [
      { kind: 'loss', name: 'loss', cause: 'restart', missed: null },
      'loss                    events may be missing: autodock was started anew',
    ],
    [
      { kind: 'snapshot', name: 'snapshot', cause: 'start', routes: [], containers: [] },
      'snapshot                0 vhosts, 0 containers',
    ],
    [{ kind: 'problem', name: 'problem', problem: 'it is so' }, 'problem                 it is so'],
  ])('%j', (event, text) => {
    const at =
      event === died ? { ...died, kwargs: { ...died.kwargs, timeNano: NOW * 1e6 } } : event;
    expect(shown(at)).toBe(text);
  });

  test.each(HOSTILE)('is one line, whatever the names: %j', (name) => {
    const attributes = { name, image: name, exitCode: name, signal: name, container: name };
    const kwargs = { Action: `x: ${name}`, Actor: { ID: name, Attributes: attributes } };
    const route = { vhost: name, url: name, container: name, id: name };
    const events: readonly PluginEvent[] = [
      { kind: 'docker', name, seq: 1, kwargs },
      { kind: 'route', name: 'route_added', via: 'bus', seq: 1, kwargs: route },
      { kind: 'other', name, seq: 1, kwargs: { [name]: name } },
      { kind: 'problem', name: 'problem', problem: name },
    ];
    for (const event of events) {
      expect(showEvent(event, NOW, PLAIN)).not.toMatch(UNSAFE);
      const json = eventJson(event, NOW);
      expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(json)).toMatchObject({ kind: event.kind });
    }
  });

  test('has its colour by what happened, on a terminal that has them', () => {
    const paint = (tone: string, text: string) => `<${tone}>${text}</>`;
    expect(showEvent(died, NOW, { width: 80, paint })).toContain('<bad>container_died');
  });
});

describe('an event as JSON', () => {
  test('has the time of the engine, and is otherwise what the plugin got', () => {
    expect(JSON.parse(eventJson(died, NOW))).toEqual({ time: '2026-01-02T03:04:04.678Z', ...died });
  });

  test('has the time of now where the engine tells none that can be', () => {
    for (const kwargs of [{}, { timeNano: 1e300 }, { time: -1 }]) {
      const event: PluginEvent = { kind: 'docker', name: 'pull', seq: 1, kwargs };
      expect(JSON.parse(eventJson(event, NOW))).toMatchObject({ time: '2026-01-02T03:04:05.678Z' });
    }
  });

  test('tells a snapshot by its numbers', () => {
    const route = {
      vhost: 'a.local',
      identifier: 'a.local',
      held: true,
      backends: [],
      dead: [],
      failures: [],
    };
    const event: PluginEvent = {
      kind: 'snapshot',
      name: 'snapshot',
      cause: 'start',
      routes: [route],
      containers: [],
    };
    expect(JSON.parse(eventJson(event, NOW))).toEqual({
      time: '2026-01-02T03:04:05.678Z',
      kind: 'snapshot',
      name: 'snapshot',
      cause: 'start',
      routes: 1,
      containers: 0,
    });
  });
});
