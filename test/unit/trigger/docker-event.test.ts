import { describe, expect, it } from 'vitest';
import { actionOf } from '../../../src/trigger/docker-event.ts';

describe('actionOf', () => {
  it.each([
    ['{"Type":"container","Action":"start"}', 'start'],
    ['{"Type":"container","Action":"health_status: healthy"}', 'health_status'],
    ['{"Type":"network","Action":"disconnect"}', 'disconnect'],
    ['{"Type":"container","Action":"exec_create: /bin/sh"}', 'other'],
    ['{"Type":"container","Action":"__proto__"}', 'other'],
    ['{"status":"start"}', 'malformed'],
    ['{"Action":7}', 'malformed'],
    ['null', 'malformed'],
    ['[]', 'malformed'],
    ['{"Action":"sta', 'malformed'],
    [null, 'malformed'],
  ])('takes %s for %s', (line, action) => {
    expect(actionOf(line)).toBe(action);
  });
});
