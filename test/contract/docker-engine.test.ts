import type { Readable } from 'node:stream';
import Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareText } from '../../src/model/compare.ts';
import { ENGINE_VERSIONS } from '../fakes/recorded.ts';
import { type EngineSubject, fakeEngine, realEngine } from '../parts/engine-subject.ts';
import { waitFor } from '../parts/wait-for.ts';

/**
 * What autodock relies on, asserted of the machine's own engine and of every fake one: a test that
 * passes on a fake says something about engines only as long as both pass this.
 */
const SUBJECTS: readonly (readonly [string, () => Promise<EngineSubject>])[] = [
  ['the engine of this machine', realEngine],
  ...ENGINE_VERSIONS.map((version) => [`a fake ${version}`, () => fakeEngine(version)] as const),
];

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

interface Event {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

describe.each(SUBJECTS)('%s', (_title, open) => {
  let subject: EngineSubject;
  let docker: Dockerode;

  beforeAll(async () => {
    subject = await open();
    docker = new Dockerode({ socketPath: subject.socketPath, version: 'v1.41' });
  });
  afterAll(() => subject.close());

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

  test('it tells who it is and which versions of the API it speaks', async () => {
    const version = (await docker.version()) as { ApiVersion: string; MinAPIVersion: string };
    const info = (await docker.info()) as { ID: string; Name: string };

    expect(version.ApiVersion).toMatch(/^1\.\d+$/);
    expect(version.MinAPIVersion).toMatch(/^1\.\d+$/);
    expect(info.ID).not.toBe('');
    expect(info.Name).not.toBe('');
    expect(String(await docker.ping())).toBe('OK');
  });

  test('it refuses versions of the API beyond its range with a message that names its limit', async () => {
    const tooNew = new Dockerode({ socketPath: subject.socketPath, version: 'v1.99' });

    await expect(tooNew.listContainers()).rejects.toMatchObject({
      statusCode: 400,
      json: { message: expect.stringMatching(/1\.99 is too new.* 1\.\d+/) as string },
    });
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

  test('an inspection shows the environment as given and the exposed ports', async () => {
    const env = ['VIRTUALHOST=a.test', 'VIRTUALHOST=b.test', 'EMPTY='];
    const container = await subject.run({ env, expose: ['8080/tcp', '53/udp'] });

    const { Config } = await docker.getContainer(container.id).inspect();

    expect(Config.Env).toEqual(expect.arrayContaining(env));
    expect(Object.keys(Config.ExposedPorts).sort(compareText)).toEqual([
      '53/udp',
      '80/tcp',
      '8080/tcp',
    ]);
  });

  test('an inspection of a container that does not exist is a 404', async () => {
    const missing = docker.getContainer('0'.repeat(64)).inspect();

    await expect(missing).rejects.toMatchObject({ statusCode: 404 });
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

  describe('the event stream', () => {
    const watch = async (filters: Record<string, string[]>) => {
      const stream = (await docker.getEvents({ filters })) as Readable;
      const events: Event[] = [];
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as Event));
      });
      return {
        of: (id: string) =>
          events
            .filter(({ Actor }) => Actor.ID === id || Actor.Attributes.container === id)
            .map(({ Type, Action }) => (Type === 'network' ? `network ${Action}` : Action)),
        close: () => stream.destroy(),
      };
    };

    test('tells a life: connect before start, and the end by die and disconnect', async () => {
      const watched = await watch({ type: ['container', 'network'] });
      const container = await subject.run();
      await container.kill();
      await waitFor('all events', () => {
        const told = watched.of(container.id).filter((action) => !action.startsWith('exec'));
        expect(told.slice(0, 4)).toEqual(['create', 'network connect', 'start', 'kill']);
        expect(told.slice(4).sort(compareText)).toEqual(['die', 'network disconnect']);
      });
      await container.remove();
      await waitFor('destroy', () => expect(watched.of(container.id).at(-1)).toBe('destroy'));
      watched.close();
    });

    test('a signal that ends nothing is a kill and no die', async () => {
      const watched = await watch({ event: ['kill', 'die', 'pause', 'unpause'] });
      const container = await subject.run();
      await container.kill('WINCH');
      await container.pause();
      await container.unpause();
      await waitFor('all events', () => {
        expect(watched.of(container.id)).toEqual(['kill', 'pause', 'unpause']);
      });
      watched.close();
    });

    test('a filter for health_status matches both of its forms', async () => {
      const watched = await watch({ event: ['health_status'] });
      const container = await subject.run({ image: 'health' });
      await subject.setHealth(container, 'healthy');
      await waitFor('health', () =>
        expect(watched.of(container.id)).toContain('health_status: healthy'),
      );
      watched.close();
    });

    test('sends its headers before the first event', async () => {
      const watched = await watch({ event: ['destroy'], type: ['container'] });
      watched.close();
    });
  });
});
