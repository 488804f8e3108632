import { randomBytes } from 'node:crypto';
import type { FakeBinding, FakeContainer, FakeHealth } from './container.ts';
import { type EventStreams, eventsOf, type Happening } from './event-stream.ts';
import type { EngineVersion } from './recorded.ts';

/** A simulated container before it exists. */
export interface FakeContainerSpec {
  readonly name?: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[] | null;
  /** `80/tcp`. Default: just that. */
  readonly exposed?: readonly string[];
  readonly published?: readonly FakeBinding[];
  /** As the user gave it. Default: the bridge. */
  readonly network?: string;
  /** Default `none`: no HEALTHCHECK. Another value is the health that the container starts with. */
  readonly health?: FakeHealth;
  /** Default: the next free one of the network. */
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** ISO 8601. Default: a recorded time, the same of all. */
  readonly startedAt?: string;
  /** It ignores SIGTERM. */
  readonly deaf?: boolean;
}

/** The simulated containers of an engine, and what can happen to them. Every step tells its events. */
export interface FakeWorld {
  readonly containers: ReadonlyMap<string, FakeContainer>;
  /** Rises with every change of what the list shows. */
  readonly revision: number;
  /** Creates a container; returns its id. */
  create(spec?: FakeContainerSpec): string;
  start(id: string): void;
  stop(id: string): void;
  /** @param signal its number; 9 ends the container, 15 unless it is deaf, others do nothing to it */
  kill(id: string, signal?: number): void;
  /** Ends by itself; with `loop` the engine starts it again and again. */
  exit(id: string, loop?: boolean): void;
  pause(id: string): void;
  unpause(id: string): void;
  restart(id: string): void;
  remove(id: string): void;
  rename(id: string, name: string): void;
  update(id: string): void;
  setHealth(id: string, health: FakeHealth): void;
  connect(id: string, network: string): void;
  disconnect(id: string, network: string): void;
}

/** Networks without addresses of their own. */
const ADDRESSLESS = ['host', 'none'];

export function createWorld(engine: EngineVersion, streams: EventStreams): FakeWorld {
  const containers = new Map<string, FakeContainer>();
  const addresses = createAddresses();
  let revision = 0;
  const find = (id: string): FakeContainer => {
    const container = containers.get(id);
    if (container === undefined) throw new Error(`the fake engine has no container ${id}`);
    return container;
  };
  const change = (id: string, happening: Happening, act: (container: FakeContainer) => void) => {
    const container = find(id);
    // Told with the endpoints as they were while it ran, after the state has changed: a list that lags
    // is a fault to be asked for.
    const events = eventsOf(container, happening, engine);
    act(container);
    revision += 1;
    streams.emit(...events);
  };
  const halt = (container: FakeContainer) => {
    container.state = 'exited';
    for (const [network, endpoint] of container.endpoints) {
      addresses.free(network, endpoint.ipv4);
      endpoint.ipv4 = '';
      endpoint.ipv6 = '';
    }
  };
  const run = (container: FakeContainer, spec: FakeContainerSpec = {}) => {
    container.state = 'running';
    if (container.health !== 'none' && spec.health === undefined) container.health = 'starting';
    for (const [network, endpoint] of container.endpoints) {
      if (ADDRESSLESS.includes(network)) continue;
      endpoint.ipv4 = spec.ipv4 ?? addresses.take(network);
      endpoint.ipv6 = spec.ipv6 ?? '';
    }
  };
  const deaf = new Set<string>();
  const specs = new Map<string, FakeContainerSpec>();
  return {
    containers,
    get revision() {
      return revision;
    },
    create(spec = {}) {
      const container = createContainer(spec, engine, containers.size);
      containers.set(container.id, container);
      specs.set(container.id, spec);
      if (spec.deaf === true) deaf.add(container.id);
      streams.emit(...eventsOf(container, { kind: 'create' }, engine));
      return container.id;
    },
    start: (id) =>
      change(id, { kind: 'start' }, (container) => {
        run(container, specs.get(id));
        specs.delete(id);
      }),
    stop: (id) => change(id, { kind: 'stop' }, halt),
    kill: (id, signal = 9) => {
      const dies = signal === 9 || (signal === 15 && !deaf.has(id));
      change(id, { kind: 'kill', signal, dies }, (container) => {
        if (dies) halt(container);
      });
    },
    exit: (id, loop = false) =>
      change(id, { kind: 'exit' }, (container) => {
        halt(container);
        if (loop) container.state = 'restarting';
      }),
    pause: (id) =>
      change(id, { kind: 'pause' }, (container) => {
        container.state = 'paused';
      }),
    unpause: (id) =>
      change(id, { kind: 'unpause' }, (container) => {
        container.state = 'running';
      }),
    restart: (id) =>
      change(id, { kind: 'restart' }, (container) => {
        halt(container);
        run(container);
      }),
    remove: (id) => {
      const { state } = find(id);
      if (state === 'running' || state === 'paused') {
        change(id, { kind: 'kill', signal: 9, dies: true }, halt);
      }
      change(id, { kind: 'remove' }, () => containers.delete(id));
    },
    rename: (id, name) => {
      const oldName = find(id).name;
      find(id).name = name;
      change(id, { kind: 'rename', oldName }, () => undefined);
    },
    update: (id) => change(id, { kind: 'update' }, () => undefined),
    setHealth: (id, health) => {
      const told = health === 'healthy' || health === 'unhealthy';
      find(id).health = health;
      revision += 1;
      if (told) streams.emit(...eventsOf(find(id), { kind: 'health', health }, engine));
    },
    connect: (id, network) => {
      const container = find(id);
      const isRunning = container.state === 'running';
      const ipv4 = isRunning ? addresses.take(network) : '';
      container.endpoints.set(network, { networkId: networkId(network), ipv4, ipv6: '' });
      revision += 1;
      // An engine tells nothing of it while the container does not run.
      if (isRunning) streams.emit(...eventsOf(container, { kind: 'connect', network }, engine));
    },
    disconnect: (id, network) =>
      change(id, { kind: 'disconnect', network }, (container) => {
        addresses.free(network, container.endpoints.get(network)?.ipv4 ?? '');
        container.endpoints.delete(network);
      }),
  };
}

function createContainer(
  spec: FakeContainerSpec,
  engine: EngineVersion,
  number: number,
): FakeContainer {
  const id = randomBytes(32).toString('hex');
  const network = spec.network ?? 'bridge';
  const joins = network.startsWith('container:');
  const unnamed = engine === '20.10' ? 'default' : 'bridge';
  return {
    id,
    name: spec.name ?? `fake-${number}`,
    created: Math.floor(Date.now() / 1000),
    image: spec.image ?? 'fake:1',
    labels: spec.labels ?? {},
    env: spec.env === undefined ? [] : spec.env,
    exposed: spec.exposed ?? ['80/tcp'],
    published: spec.published ?? [],
    networkMode: spec.network ?? unnamed,
    endpoints: new Map(
      joins ? [] : [[network, { networkId: networkId(network), ipv4: '', ipv6: '' }]],
    ),
    state: 'created',
    hasHealthcheck: (spec.health ?? 'none') !== 'none',
    health: spec.health ?? 'none',
    startedAt: spec.startedAt,
  };
}

function networkId(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
}

/** Addresses as an engine gives them: each network its own /16, the lowest free one first. */
function createAddresses() {
  const networks = new Map<
    string,
    { readonly index: number; next: number; readonly freed: number[] }
  >();
  const poolOf = (network: string) => {
    const known = networks.get(network);
    if (known !== undefined) return known;
    const pool = { index: networks.size + 1, next: 2, freed: [] };
    networks.set(network, pool);
    return pool;
  };
  return {
    take(network: string): string {
      const pool = poolOf(network);
      pool.freed.sort((a, b) => a - b);
      const host = pool.freed.shift() ?? pool.next;
      if (host === pool.next) pool.next += 1;
      return `10.${pool.index}.${host >> 8}.${host & 255}`;
    },
    free(network: string, address: string): void {
      const match = /^10\.\d+\.(\d+)\.(\d+)$/.exec(address);
      if (match !== null) poolOf(network).freed.push(Number(match[1]) * 256 + Number(match[2]));
    },
  };
}
