import { randomBytes } from 'node:crypto';
import Dockerode from 'dockerode';
import { makeParentLink, type ParentLink } from './parent-link.ts';
import { type ImageVariant, testImage } from './test-image.ts';
import { GiveUp, waitFor } from './wait-for.ts';

/** How a test container is made. */
export interface RunOptions {
  /** Default `web` (exposes port 80). */
  readonly image?: ImageVariant;
  /** `NAME=value` items exactly as given, also without `=` or twice. */
  readonly env?: Readonly<Record<string, string>> | readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Ports that httpd listens on. Default 80. */
  readonly listen?: readonly number[];
  /** Further exposed ports, e.g. `8080/tcp`. */
  readonly expose?: readonly string[];
  /** `127.0.0.1:0:80` is `{ ip: '127.0.0.1', port: 80 }`: the engine picks a free port. */
  readonly publish?: readonly { readonly ip: string; readonly port: number }[];
  /** Each exposed port gets one of the host's, as by `-P`. */
  readonly publishAll?: boolean;
  /** A network's name, `host`, `none` or `container:<id>`. Default: the engine's bridge. */
  readonly network?: string;
  /** Overrides the start command. */
  readonly command?: readonly string[];
  /** A HEALTHCHECK in place of the image's; times in nanoseconds. */
  readonly healthcheck?: Dockerode.HealthConfig;
  /** Create only, do not start. */
  readonly created?: boolean;
  readonly restart?: 'no' | 'always';
}

/** A container of the test's own. */
export interface TestContainer {
  readonly id: string;
  /** What claims hold. */
  readonly shortId: string;
  readonly name: string;
  /** What its httpd answers on a port. */
  answer(port?: number): string;
  /** Its address on a network now; default: that of the network it was started on. */
  address(network?: string): Promise<string>;
  /** The host's port that a published port got. */
  published(port: number): Promise<number>;
  start(): Promise<void>;
  /** Resolves when the engine says that it has ended. */
  stop(): Promise<void>;
  kill(signal?: string): Promise<void>;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  restart(): Promise<void>;
  rename(name: string): Promise<void>;
  /** Changes one of its limits. */
  update(): Promise<void>;
  exec(...command: readonly string[]): Promise<void>;
  /** Kills and removes it. */
  remove(): Promise<void>;
}

/** How a test network is made. */
export interface NetworkOptions {
  /** What its name begins with: networks are told in the order of their names. Default `t`. */
  readonly prefix?: string;
  readonly driver?: 'bridge' | 'macvlan';
}

/** A network of the test's own. */
export interface TestNetwork {
  readonly name: string;
  connect(container: TestContainer): Promise<void>;
  disconnect(container: TestContainer): Promise<void>;
}

/** A real engine, of which a test sees only what it made itself. */
export interface DockerPart {
  readonly engine: Dockerode;
  /** Carried as a label by everything that this part starts; see `engine-gate.ts`. */
  readonly scope: string;
  run(options?: RunOptions): Promise<TestContainer>;
  network(made?: NetworkOptions): Promise<TestNetwork>;
  /** Removes everything that was started, by id. */
  close(): Promise<void>;
}

/** The label that tells test containers apart from all others of the engine. */
export const SCOPE_LABEL = 'test.autodock.scope';
const RUN_LABEL = 'test.autodock.run';

/** The engine that the tests use: `DOCKER_HOST` or the default socket. */
export function engineSocket(): string {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  if (!host.startsWith('unix://')) {
    throw new Error(`the tests need an engine on a unix socket, not ${host}`);
  }
  return host.slice('unix://'.length);
}

/** @param socketPath of an engine; default: the machine's */
export function openDocker(socketPath = engineSocket()): DockerPart {
  const engine = new Dockerode({ socketPath });
  const scope = randomBytes(6).toString('hex');
  const labels = { [SCOPE_LABEL]: scope, [RUN_LABEL]: process.env.TEST_RUN ?? 'by-hand' };
  const containers = new Map<string, Dockerode.Container>();
  const networks: Dockerode.Network[] = [];
  const links: ParentLink[] = [];
  let started = 0;
  return {
    engine,
    scope,
    run: async (options = {}) => {
      started += 1;
      const name = `t-${scope}-${started}`;
      const image = await testImage(engine, options.image ?? 'web');
      const container = await engine.createContainer(creation({ name, image, labels }, options));
      containers.set(container.id, container);
      if (options.created !== true) await container.start();
      return handle(container, name, options);
    },
    network: async ({ prefix = 't', driver = 'bridge' } = {}) => {
      const name = `${prefix}-${scope}-net-${networks.length + 1}`;
      const parent = driver === 'bridge' ? null : await makeParentLink();
      if (parent !== null) links.push(parent);
      const options = parent === null ? {} : { parent: parent.name };
      const made = { Name: name, Driver: driver, Options: options, Labels: labels };
      const network = await engine.createNetwork(made);
      networks.push(network);
      return {
        name,
        connect: async ({ id }) => void (await network.connect({ Container: id })),
        disconnect: async ({ id }) => void (await network.disconnect({ Container: id })),
      };
    },
    close: async () => {
      await Promise.all([...containers.values()].map(removeContainer));
      for (const network of networks) await network.remove();
      for (const link of links) await link.remove();
    },
  };
}

interface Identity {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

function creation(identity: Identity, options: RunOptions): Dockerode.ContainerCreateOptions {
  const env = Array.isArray(options.env)
    ? (options.env as readonly string[])
    : Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
  const publish = options.publish ?? [];
  const exposed = [...(options.expose ?? []), ...publish.map(({ port }) => `${port}/tcp`)];
  return {
    name: identity.name,
    Image: identity.image,
    Env: [`NAME=${identity.name}`, `LISTEN=${(options.listen ?? [80]).join(' ')}`, ...env],
    Labels: { ...options.labels, ...identity.labels },
    ...(options.command === undefined ? {} : { Cmd: [...options.command] }),
    ...(options.healthcheck === undefined ? {} : { Healthcheck: options.healthcheck }),
    ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])),
    HostConfig: {
      ...(options.network === undefined ? {} : { NetworkMode: options.network }),
      PublishAllPorts: options.publishAll === true,
      PortBindings: Object.fromEntries(
        publish.map(({ ip, port }) => [`${port}/tcp`, [{ HostIp: ip, HostPort: '0' }]]),
      ),
      RestartPolicy: { Name: options.restart ?? 'no' },
    },
  };
}

function handle(container: Dockerode.Container, name: string, options: RunOptions): TestContainer {
  const { id } = container;
  return {
    id,
    shortId: id.slice(0, 12),
    name,
    answer: (port = 80) => `${name} ${port}`,
    address: async (network = options.network ?? 'bridge') => {
      const { NetworkSettings } = await container.inspect();
      const address = NetworkSettings.Networks[network]?.IPAddress ?? '';
      if (address === '') throw new Error(`${name} has no address on ${network}`);
      return address;
    },
    published: async (port) => {
      const { NetworkSettings } = await container.inspect();
      return Number(NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort);
    },
    start: async () => void (await container.start()),
    stop: async () => void (await container.stop({ t: 10 })),
    kill: async (signal = 'KILL') => void (await container.kill({ signal })),
    pause: () => freeze(container),
    unpause: async () => void (await container.unpause()),
    restart: async () => void (await container.restart({ t: 10 })),
    rename: async (newName) => void (await container.rename({ name: newName })),
    update: async () => void (await container.update({ CpuShares: 512 })),
    exec: async (...command) => {
      const exec = await container.exec({ Cmd: [...command], AttachStdout: true });
      const output = await exec.start({});
      for await (const _chunk of output);
    },
    remove: () => removeContainer(container),
  };
}

async function removeContainer(container: Dockerode.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
    // 404: a test removed it; 409: a removal is under way.
    if (status !== 404 && status !== 409) throw error;
  }
}

/** Until runc gets it done: with cgroups of version 1 it gives up where processes are begun all the time. */
function freeze(container: Dockerode.Container): Promise<void> {
  return waitFor('the container to stand still', async () => {
    try {
      await container.pause();
    } catch (error) {
      throw String(error).includes('unable to freeze') ? error : new GiveUp(String(error));
    }
  });
}
