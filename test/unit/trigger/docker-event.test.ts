import { describe, expect, test } from 'vitest';
import { readEventSummary } from '../../../src/trigger/docker-event.ts';

describe('readEvent', () => {
  test.each([
    ['{"Type":"container","Action":"start"}', 'start'],
    ['{"Type":"container","Action":"health_status: healthy"}', 'health_status'],
    ['{"Type":"network","Action":"disconnect"}', 'disconnect'],
    ['{"Type":"daemon","Action":"reload"}', 'reload'],
    ['{"Type":"container","Action":"exec_create: /bin/sh"}', 'other'],
    ['{"Type":"container","Action":"__proto__"}', 'other'],
    ['{"Type":"container","Action":"remove"}', 'destroy'],
    ['{"Type":"container","Action":"died"}', 'die'],
    ['{"status":"start"}', 'malformed'],
    ['{"Action":7}', 'malformed'],
    ['null', 'malformed'],
    ['[]', 'malformed'],
    ['{"Action":"sta', 'malformed'],
    [null, 'malformed'],
  ])('takes %s for %s', (line, action) => {
    expect(readEventSummary(line).action).toBe(action);
  });

  const ID = 'a'.repeat(64);
  const killed = (more: object, attributes: object = { signal: '15' }) =>
    readEventSummary(
      JSON.stringify({
        ...{ Type: 'container', Action: 'kill', Actor: { ID, Attributes: attributes } },
        ...more,
      }),
    ).ahead;

  test('reads which signal a container got, and when', () => {
    const at = { time: 1_700_000_000, timeNano: 1_700_000_000_123_000_000 };
    const note = { kind: 'signalled', id: ID, signal: 15, at: 1_700_000_000_123 };
    expect(killed(at)).toEqual(note);
    expect(killed(at, { signal: 'SIGTERM' })).toEqual(note);
    expect(killed({ time: 1_700_000_000 })).toEqual({ ...note, at: 1_700_000_000_999 });
    expect(killed({ ...at, Action: 'start' })).toEqual({ kind: 'started', id: ID, at: note.at });
  });

  test.each([
    [{}, { signal: '15' }],
    [{ time: 1 }, {}],
    [{ time: 1 }, { signal: 15 }],
    [{ time: 1 }, { signal: 'x' }],
    [{ time: 'now' }, { signal: '15' }],
    [{ time: 1, Type: 'network' }, { signal: '15' }],
  ])('reads nothing ahead of a signal that is not told in full: %j %j', (more, attributes) => {
    expect(killed(more, attributes)).toBeNull();
  });

  test.each([
    [{ Type: 'container', Actor: { ID: 'one', Attributes: { container: 'no' } } }, 'one'],
    [{ Type: 'network', Actor: { ID: 'web', Attributes: { container: 'one' } } }, 'one'],
    [{ Type: 'network', Actor: { ID: 'one' } }, 'one'],
    [{ Type: 'daemon', Actor: { ID: 'the engine' } }, null],
    [{ Type: 'container', Actor: { ID: '' } }, null],
    [{ Type: 'container', Actor: { ID: 7 } }, null],
    [{ Type: 'network', Actor: 'one' }, null],
    [{}, null],
  ])('reads of %j which container it is about: %s', (event, container) => {
    expect(readEventSummary(JSON.stringify({ Action: 'connect', ...event })).container).toBe(
      container,
    );
  });

  test('reads which container was created', () => {
    const read = (event: object) =>
      readEventSummary(JSON.stringify({ Action: 'create', ...event }));
    expect(read({ Type: 'container', Actor: { ID } })).toEqual({
      action: 'create',
      ahead: { kind: 'created', id: ID },
      container: ID,
    });
    for (const other of [
      { Type: 'network', Actor: { ID } },
      { Type: 'container', Actor: { ID }, Action: 'start' },
      { Type: 'container', Actor: { ID: '../../info' } },
      { Type: 'container', Actor: null },
      { Type: 'container' },
    ]) {
      expect(read(other).ahead).toBeNull();
    }
  });
});
