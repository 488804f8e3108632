import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ContainerLine } from '../../../../src/model/container.ts';
import { gatedHealth, narrowLine } from '../../../../src/observe/containers/container-line.ts';

const ENGINES = ['20.10', '26.1', '28.5', '29.7'];

function recorded(engine: string): readonly Record<string, unknown>[] {
  const url = new URL(`../../../data/docker/${engine}/containers.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

function lineOf(engine: string, name: string): ContainerLine {
  const item = recorded(engine).find(({ Names }) => String(Names) === `/s-${name}`);
  const narrowed = narrowLine(item);
  if (narrowed?.kind !== 'line') throw new Error(`${engine} has no readable container s-${name}`);
  return narrowed.line;
}

const GOOD = {
  Id: 'a'.repeat(64),
  Names: ['/web'],
  State: 'running',
  Created: 1_795_375_245,
  Labels: {},
  Ports: [],
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2', GlobalIPv6Address: '' } } },
};

describe.each(ENGINES)('a line as Docker %s sends it', (engine) => {
  test('is read for every recorded container', () => {
    expect(recorded(engine).map((item) => narrowLine(item)?.kind)).not.toContain('unreadable');
    expect(recorded(engine).length).toBeGreaterThan(5);
  });

  test('tells both networks of a container, sorted, whatever their order', () => {
    const { addresses } = lineOf(engine, 'two-networks');
    expect(addresses.map(({ network }) => network)).toEqual(['s-aa', 's-zz']);
    expect(addresses.every(({ ipv4 }) => /^172\./.test(ipv4 ?? ''))).toBe(true);
  });

  test('tells an IPv6 address where there is one', () => {
    expect(lineOf(engine, 'ipv6').addresses[0]?.ipv6).toMatch(/^fd00:/);
  });

  test('tells host mode and a joined network without an address', () => {
    expect(lineOf(engine, 'host')).toMatchObject({ networkMode: 'host' });
    expect(lineOf(engine, 'host').addresses.every(({ ipv4 }) => ipv4 === null)).toBe(true);
    expect(lineOf(engine, 'joined').networkMode).toMatch(/^container:[0-9a-f]{64}$/);
  });

  test('tells ports that are published, not those that are only exposed', () => {
    expect(lineOf(engine, 'plain').published).toEqual([]);
    const ports = lineOf(engine, 'published').published;
    expect(ports.length).toBeGreaterThan(0);
    expect(
      ports.every(({ hostPort, containerPort }) => Number(hostPort) > 0 && containerPort > 0),
    ).toBe(true);
  });
});

describe('narrowLine', () => {
  test('tells what is asked for and bound to no port of the host, which the engine tells by the address alone', () => {
    // As 28.5 tells of `-p 8109:80` on a network in routed gateway mode, of EXPOSE 81, and 29.7 of EXPOSE 82.
    const Ports = [
      { IP: '0.0.0.0', PrivatePort: 80, Type: 'tcp' },
      { PrivatePort: 81, Type: 'tcp' },
      { IP: '', PrivatePort: 82, Type: 'tcp' },
    ];

    expect(narrowLine({ ...GOOD, Ports })).toMatchObject({
      line: { published: [{ ip: '0.0.0.0', hostPort: null, containerPort: 80 }] },
    });
  });

  test('tells health only where the engine sends it', () => {
    expect(narrowLine(GOOD)).toMatchObject({ kind: 'line', health: null });
    const health = (Status: unknown) => narrowLine({ ...GOOD, Health: { Status } });
    expect(health('starting')).toMatchObject({ health: 'starting' });
    expect(health('none')).toMatchObject({ health: 'none' });
    expect(health(7)).toMatchObject({ health: 'none' });
  });

  test.each([
    ['no state', { ...GOOD, State: undefined }],
    ['no networks', { ...GOOD, NetworkSettings: null }],
    ['networks of another shape', { ...GOOD, NetworkSettings: { Networks: { bridge: 'x' } } }],
    ['ports of another shape', { ...GOOD, Ports: 'x' }],
    ['what is not a port', { ...GOOD, Ports: ['x'] }],
  ])('takes a line with %s for unreadable, with its id', (_what, item) => {
    expect(narrowLine(item)).toMatchObject({ kind: 'unreadable', id: GOOD.Id, name: 'web' });
  });

  test.each([null, 7, 'x', [], {}, { Id: '' }, { Id: 'x\ny' }, { ...GOOD, Id: 7 }])(
    'does not trust a list with an item like %j',
    (item) => {
      expect(narrowLine(item)).toBeNull();
    },
  );

  test('leaves out what is not an address, a label or a name', () => {
    const item = {
      ...GOOD,
      Names: ['/other/alias', '/web'],
      Labels: { ok: 'yes', __proto__: 'x', number: 7, nothing: null },
      NetworkSettings: {
        Networks: { a: null, b: { IPAddress: '10.0.0.1\n' }, c: { IPAddress: 7 } },
      },
    };
    expect(narrowLine(item)).toMatchObject({
      line: {
        name: 'web',
        labels: new Map([['ok', 'yes']]),
        addresses: [{ ipv4: null }, { ipv4: null }, { ipv4: null }],
      },
    });
  });

  test('takes only the name of the reason from the status text', () => {
    expect(gatedHealth({ Status: 'Up 3 seconds (unhealthy)' })).toBe('unhealthy');
    expect(gatedHealth({ Status: 'Up 3 seconds (health: starting)' })).toBe('starting');
    expect(gatedHealth({})).toBe('starting');
    expect(gatedHealth({ State: 'paused', Status: 'Up 3 seconds (Paused)' })).toBe('starting');
    expect(gatedHealth({ State: 'running', Status: 'Up 3 seconds' })).toBe(null);
  });
});
