import { describe, expect, it } from 'vitest';
import { narrowInspection } from '../../../../src/observe/containers/inspection.ts';

const inspection = (Env: unknown, rest: object = {}) =>
  narrowInspection({
    Config: { Env, ...rest },
    State: { Running: true },
    NetworkSettings: { Networks: {} },
  });

describe('narrowInspection', () => {
  it('keeps the variables that ask for a route, and no other', () => {
    const env = inspection(['VIRTUALHOST=a.example', 'PASSWORD=secret', 'PORT=80'])?.env;
    expect([...(env ?? [])]).toEqual([
      ['VIRTUALHOST', 'a.example'],
      ['PORT', '80'],
    ]);
  });

  it('lets the last of equal names win, as the process sees it', () => {
    expect(inspection(['PORT=1', 'PORT=2'])?.env.get('PORT')).toBe('2');
  });

  it('is not confused by what is no variable', () => {
    expect(inspection(['PORT', '=x', '', 7, null, 'ALIAS=a=b'])?.env).toEqual(
      new Map([['ALIAS', 'a=b']]),
    );
    expect(inspection(null)?.env.size).toBe(0);
    expect(inspection('PORT=1')?.env.size).toBe(0);
  });

  it('keeps no more than 64 kB of a value', () => {
    const value = inspection([`VIRTUALHOST=${'x'.repeat(5_000_000)}`])?.env.get('VIRTUALHOST');
    expect(value?.length).toBe(65_536);
  });

  it('reads TCP ports by EXPOSE and by binding, ascending, each once', () => {
    const read = narrowInspection({
      Config: { ExposedPorts: { '443/tcp': {}, '80/tcp': {}, '53/udp': {}, junk: {} } },
      HostConfig: { PortBindings: { '8080/tcp': [], '80/tcp': [] } },
      NetworkSettings: { Networks: {} },
    });
    expect(read?.exposedPorts).toEqual([80, 443, 8080]);
  });

  it.each([
    [undefined, false],
    [null, false],
    [{ Test: ['NONE'] }, false],
    [{ Test: [] }, false],
    [{ Test: ['CMD', 'true'] }, true],
    [{ Interval: 5 }, true],
    ['malformed', true],
  ])('takes the HEALTHCHECK %j for one: %s', (Healthcheck, isOne) => {
    expect(inspection([], { Healthcheck })?.hasHealthcheck).toBe(isOne);
  });

  it('takes a health that is told for a HEALTHCHECK', () => {
    const State = { Running: true, Health: { Status: 'starting' } };
    const read = narrowInspection({ Config: {}, State, NetworkSettings: { Networks: {} } });
    expect(read?.hasHealthcheck).toBe(true);
  });

  it.each([{}, { Config: null }, { Config: {}, NetworkSettings: {} }])('refuses %j', (reply) => {
    expect(narrowInspection(reply)).toBeNull();
  });
});
