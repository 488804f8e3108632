import type Dockerode from 'dockerode';
import { describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { ASKED_ENGINES } from '../parts/asked-engines.ts';
import type { EngineSubject } from '../parts/engine-subject.ts';
import { waitFor } from '../parts/wait-for.ts';

interface Line {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Status: string;
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly {
    readonly PrivatePort: number;
    readonly PublicPort?: number;
    readonly Type: string;
  }[];
  readonly HostConfig: { readonly NetworkMode: string };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Partial<Record<string, { readonly IPAddress: string }>>>;
  };
}

describe.each(ASKED_ENGINES)('%s', (_title, useEngine) => {
  let subject: EngineSubject;
  let docker: Dockerode;
  useEngine((...opened) => {
    [subject, docker] = opened;
  });

  const list = async (filters: Record<string, string[]> = {}): Promise<readonly Line[]> => {
    const lines = (await docker.listContainers({ filters })) as unknown as readonly Line[];
    return lines;
  };
  const lineOf = async (id: string): Promise<Line> => {
    const line = (await list()).find(({ Id }) => Id === id);
    if (line === undefined) throw new Error(`${id} is not in the list`);
    return line;
  };
  const inState = (id: string, state: string) =>
    waitFor(`${id} to be ${state}`, async () => {
      const line = await lineOf(id);
      expect(line.State).toBe(state);
      return line;
    });
  const notListed = (id: string) =>
    waitFor(`${id} to leave the list`, async () => {
      expect((await list()).map(({ Id }) => Id)).not.toContain(id);
    });

  test('the list shows a running container with name, labels, ports and address', async () => {
    const container = await subject.run({ labels: { 'some.label': 'ünïcode "quoted"' } });

    const line = await lineOf(container.id);

    expect(line).toMatchObject({ State: 'running', Names: [`/${container.name}`] });
    expect(line.Labels['some.label']).toBe('ünïcode "quoted"');
    expect(line.Ports).toEqual([expect.objectContaining({ PrivatePort: 80, Type: 'tcp' })]);
    expect(line.NetworkSettings.Networks.bridge?.IPAddress).toBe(await container.address());
    expect(['default', 'bridge']).toContain(line.HostConfig.NetworkMode);
  });

  test('a paused container stays in the list with its address, a stopped one leaves it', async () => {
    const container = await subject.run();
    const address = await container.address();

    await container.pause();
    const paused = await inState(container.id, 'paused');
    expect(paused.NetworkSettings.Networks.bridge?.IPAddress).toBe(address);
    expect(paused.Status).toContain('(Paused)');

    await container.unpause();
    await inState(container.id, 'running');

    await container.stop();
    await notListed(container.id);
  });

  test('a container that joins another one, the host or nothing has no address of its own', async () => {
    const base = await subject.run();
    const joined = await subject.run({ network: `container:${base.id}` });
    const onHost = await subject.run({ network: 'host' });
    const alone = await subject.run({ network: 'none' });

    expect((await lineOf(joined.id)).HostConfig.NetworkMode).toBe(`container:${base.id}`);
    expect((await lineOf(joined.id)).NetworkSettings.Networks).toEqual({});
    for (const [id, mode] of [
      [onHost.id, 'host'],
      [alone.id, 'none'],
    ] as const) {
      const line = await lineOf(id);
      expect(line.HostConfig.NetworkMode).toBe(mode);
      expect(line.NetworkSettings.Networks[mode]?.IPAddress).toBe('');
      expect(line.Ports).toEqual([]);
    }
  });

  test('a container shows an address for each network that it is connected to', async () => {
    const network = await subject.network();
    const container = await subject.run();

    await network.connect(container);
    await waitFor('both addresses', async () => {
      const { Networks } = (await lineOf(container.id)).NetworkSettings;
      expect(Object.keys(Networks).sort(compareText)).toEqual(['bridge', network.name]);
      expect(Networks[network.name]?.IPAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    });

    await network.disconnect(container);
    await waitFor('one address', async () => {
      expect(Object.keys((await lineOf(container.id)).NetworkSettings.Networks)).toEqual([
        'bridge',
      ]);
    });
  });

  test('the health filter finds what is starting and what is unhealthy, and nothing else', async () => {
    const plain = await subject.run();
    const checked = await subject.run({ image: 'health' });
    const gated = async () =>
      (await list({ health: ['starting', 'unhealthy'] })).map(({ Id }) => Id);

    await subject.setHealth(checked, 'unhealthy');
    await waitFor('it to be unhealthy', async () => {
      expect((await lineOf(checked.id)).Status).toContain('(unhealthy)');
    });
    expect(await gated()).toContain(checked.id);
    expect(await gated()).not.toContain(plain.id);

    await subject.setHealth(checked, 'healthy');
    await waitFor('it to be healthy', async () => {
      expect(await gated()).not.toContain(checked.id);
      expect((await lineOf(checked.id)).Status).toContain('(healthy)');
    });
  });

  test('a published port stands in the list with the address and port of the host', async () => {
    const container = await subject.run({ publish: [{ ip: '127.0.0.1', port: 80 }] });

    const { Ports } = await lineOf(container.id);

    expect(Ports).toContainEqual({
      IP: '127.0.0.1',
      PrivatePort: 80,
      PublicPort: await container.published(80),
      Type: 'tcp',
    });
  });
});
