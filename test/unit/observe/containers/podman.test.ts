import { describe, expect, test } from 'vitest';
import { engine, fullId, item, type Json } from './engine.ts';

/** A line as podman 4.3 tells it: no host configuration, and all networks, or null. */
const line = (n: number, address: string | null): Json =>
  item(n, '', {
    HostConfig: null,
    NetworkSettings: {
      Networks: address === null ? null : { podman: { NetworkID: 'podman', IPAddress: address } },
    },
  });

const inspection = (NetworkMode: string, address: string | null) => (): Json => ({
  Config: { Env: [], ExposedPorts: { '80/tcp': {} } },
  HostConfig: { NetworkMode },
  State: { Running: true, Health: { Status: '', FailingStreak: 0, Log: null } },
  NetworkSettings: { Networks: address === null ? null : { podman: { IPAddress: address } } },
});

describe('an engine whose list does not tell how a container was started', () => {
  test('tells it in inspections, and who shares a network takes no address from its holder', async () => {
    const { world, observe } = engine();
    world.list = [line(1, '10.88.0.2'), line(2, '10.88.0.2')];
    world.inspect.set(fullId(1), inspection('bridge', '10.88.0.2'));
    world.inspect.set(fullId(2), inspection(`container:${fullId(1)}`, '10.88.0.2'));

    expect(await observe()).toMatchObject([
      { kind: 'known', networkMode: 'bridge', addresses: [{ ipv4: '10.88.0.2' }] },
      { kind: 'known', networkMode: `container:${fullId(1)}`, addresses: [] },
    ]);
    expect(world.inspected, 'nothing is disputed: each once, and once for its age').toHaveLength(4);
  });

  test('tells there what is published, of which its list tells the first of a range', async () => {
    const { world, observe } = engine();
    world.dockerApi = null;
    world.list = [
      { ...line(1, '10.88.0.2'), Ports: [{ PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }] },
    ];
    const bound = (HostPort: string) => [{ HostIp: '', HostPort }];
    const PortBindings = {
      '80/tcp': bound('8080'),
      '81/tcp': bound('8081'),
      '53/udp': bound('53'),
    };
    const told = inspection('bridge', '10.88.0.2')();
    world.inspect.set(fullId(1), () => ({
      ...told,
      HostConfig: { NetworkMode: 'bridge', PortBindings },
    }));

    expect(await observe()).toMatchObject([
      {
        published: [
          { ip: '', hostPort: 8080, containerPort: 80 },
          { ip: '', hostPort: 8081, containerPort: 81 },
        ],
      },
    ]);
  });

  test.each(['host', 'none'])('has no networks to tell of one on %s', async (mode) => {
    const { world, observe } = engine();
    world.list = [line(1, null)];
    world.inspect.set(fullId(1), inspection(mode, null));

    expect(await observe()).toMatchObject([{ kind: 'known', networkMode: mode, addresses: [] }]);
  });

  test('calls the health empty where there is none', async () => {
    const { world, observe } = engine();
    world.list = [line(1, '10.88.0.2')];
    world.inspect.set(fullId(1), inspection('bridge', '10.88.0.2'));

    expect(await observe()).toMatchObject([{ health: 'none', hasHealthcheck: false }]);
  });

  test('tells the unhealthy from those that start by a list of their own', async () => {
    const { world, observe } = engine();
    const checked = (address: string) => (): Json => ({
      ...inspection('bridge', address)(),
      State: { Running: true, Health: { Status: 'starting', FailingStreak: 0, Log: null } },
    });
    world.list = [line(1, '10.88.0.2'), line(2, '10.88.0.3')];
    world.gated = world.list;
    world.unhealthy = [line(2, '10.88.0.3')];
    world.inspect.set(fullId(1), checked('10.88.0.2'));
    world.inspect.set(fullId(2), checked('10.88.0.3'));
    expect(await observe()).toMatchObject([{ health: 'starting' }, { health: 'unhealthy' }]);

    world.unhealthy = [];
    expect(await observe()).toMatchObject([{ health: 'starting' }, { health: 'starting' }]);
  });

  test('gives the identical object while nothing changed', async () => {
    const { world, observe } = engine();
    world.list = [line(1, '10.88.0.2')];
    world.inspect.set(fullId(1), inspection('bridge', '10.88.0.2'));
    const [first] = await observe();

    world.list = [line(1, '10.88.0.2'), line(2, null)];
    expect((await observe())[0]).toBe(first);
  });

  test('of Docker, a line without networks is still one that cannot be read', async () => {
    const { world, observe } = engine();
    world.list = [item(1, '', { NetworkSettings: { Networks: null } })];

    expect(await observe()).toMatchObject([{ kind: 'unreadable' }]);
  });
});
