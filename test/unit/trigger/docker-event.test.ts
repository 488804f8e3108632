import { describe, expect, it } from 'vitest';
import { readEvent } from '../../../src/trigger/docker-event.ts';

describe('readEvent', () => {
  it.each([
    ['{"Type":"container","Action":"start"}', 'start'],
    ['{"Type":"container","Action":"health_status: healthy"}', 'health_status'],
    ['{"Type":"network","Action":"disconnect"}', 'disconnect'],
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
    expect(readEvent(line).action).toBe(action);
  });

  it('reads which container was created', () => {
    const read = (event: object) => readEvent(JSON.stringify({ Action: 'create', ...event }));
    const ID = 'a'.repeat(64);
    expect(read({ Type: 'container', Actor: { ID } })).toEqual({
      action: 'create',
      ahead: { kind: 'created', id: ID },
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
