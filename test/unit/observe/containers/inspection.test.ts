import { describe, expect, test } from 'vitest';
import { narrowInspection } from '../../../../src/observe/containers/inspection.ts';

const inspection = (Env: unknown, rest: object = {}) =>
  narrowInspection({
    Config: { Env, ...rest },
    State: { Running: true },
    NetworkSettings: { Networks: {} },
  });

describe('narrowInspection', () => {
  test('keeps the variables that ask for a route, and no other', () => {
    const env = inspection(['VIRTUALHOST=a.example', 'PASSWORD=secret', 'PORT=80'])?.env;
    expect([...(env ?? [])]).toEqual([
      ['VIRTUALHOST', 'a.example'],
      ['PORT', '80'],
    ]);
  });

  test('lets the last of equal names win, as the process sees it', () => {
    expect(inspection(['PORT=1', 'PORT=2'])?.env.get('PORT')).toBe('2');
  });

  test('is not confused by what is not a variable', () => {
    expect(inspection(['PORT', '=x', '', 7, null, 'ALIAS=a=b'])?.env).toEqual(
      new Map([['ALIAS', 'a=b']]),
    );
    expect(inspection(null)?.env.size).toBe(0);
    expect(inspection('PORT=1')?.env.size).toBe(0);
  });

  test.each([
    ['SIGQUIT', 3],
    ['sigwinch', 28],
    ['3', 3],
    [3, 3],
    ['SIGRTMIN+3', 37],
    ['', 15],
    [undefined, 15],
    ['SIGNONE', 15],
  ])('reads the stop signal %j as %j', (StopSignal, number) => {
    expect(inspection([], { StopSignal })?.stopSignal).toBe(number);
  });

  test('knows no stop signal of a container whose label hides which one was sent', () => {
    const Labels = { signal: '15' };
    expect(inspection([], { StopSignal: 'SIGQUIT', Labels })?.stopSignal).toBeNull();
  });

  test.each([
    [{ 'autodock.enable': 'false' }, true],
    [{ 'com.docker.compose.project': 'shop' }, false],
    [null, false],
    [undefined, false],
  ])('knows of the labels %j whether any is ours: %j', (Labels, isOurs) => {
    expect(inspection([], { Labels })?.hasOwnLabels).toBe(isOurs);
  });

  test('keeps no more than 64 kB of a value', () => {
    const value = inspection([`VIRTUALHOST=${'x'.repeat(5_000_000)}`])?.env.get('VIRTUALHOST');
    expect(value?.length).toBe(65_536);
  });

  test('reads TCP ports by EXPOSE and by binding, ascending, each once', () => {
    const read = narrowInspection({
      Config: { ExposedPorts: { '443/tcp': {}, '80/tcp': {}, '53/udp': {}, junk: {} } },
      HostConfig: { PortBindings: { '8080/tcp': [], '80/tcp': [] } },
      NetworkSettings: { Networks: {} },
    });
    expect(read?.exposedPorts).toEqual([80, 443, 8080]);
  });

  test.each([
    [['3000'], [3_000]],
    [['3000/'], [3_000]],
    [['8080/TCP'], [8_080]],
    [['3000-3002'], [3_000, 3_001, 3_002]],
    [
      ['3001-3002/tcp', '3000'],
      [3_000, 3_001, 3_002],
    ],
    [['53/udp', '53'], [53]],
    [['53/udp', '60-62/udp', '70/sctp'], []],
    [['65534-70000'], [65_534, 65_535]],
    [['3001-3000', '0', '0-3', '99999', '', '-', 'http', '80-'], []],
  ])(
    'reads of the ports %j those of TCP, which is what is meant without a protocol',
    (exposed, ports) => {
      const ExposedPorts = Object.fromEntries(exposed.map((spec) => [spec, {}]));
      expect(inspection([], { ExposedPorts })?.exposedPorts).toEqual(ports);
    },
  );

  test('reads each port once, however often it is exposed', () => {
    const all = Array.from({ length: 1_000 }, (_, n) => [`${n + 1}-65535/tcp`, {}]);
    const ports = inspection([], { ExposedPorts: Object.fromEntries(all) })?.exposedPorts;
    expect(ports).toHaveLength(65_535);
    expect([ports?.[0], ports?.at(-1)]).toEqual([1, 65_535]);
  });

  test.each([
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

  test('takes a health that is told for a HEALTHCHECK', () => {
    const State = { Running: true, Health: { Status: 'starting' } };
    const read = narrowInspection({ Config: {}, State, NetworkSettings: { Networks: {} } });
    expect(read?.hasHealthcheck).toBe(true);
  });

  test.each([{}, { Config: null }, { Config: {}, NetworkSettings: {} }])('refuses %j', (reply) => {
    expect(narrowInspection(reply)).toBeNull();
  });

  test('tells when a HEALTHCHECK is probed first, if Docker does it', () => {
    const reply = {
      Config: { Healthcheck: { Test: ['CMD', 'true'], Interval: 300_000_000_000 } },
      State: { Running: true },
      NetworkSettings: { Networks: {} },
    };
    expect(narrowInspection(reply, '1.41')?.firstProbeMs).toBe(300_000);
    expect(narrowInspection(reply, null)?.firstProbeMs).toBeNull();
    expect(inspection([])?.firstProbeMs).toBeNull();
  });
});
