import type { FakeHealth } from '../fakes/container.ts';
import { type FakeDocker, startFakeDocker } from '../fakes/docker-daemon.ts';
import type { EngineVersion } from '../fakes/recorded.ts';
import {
  engineSocket,
  openDocker,
  type RunOptions,
  type TestContainer,
  type TestNetwork,
} from './docker.ts';

/** An engine, real or not, that a contract suite arranges and asks. */
export interface EngineSubject {
  readonly socketPath: string;
  run(options?: RunOptions): Promise<TestContainer>;
  network(): Promise<TestNetwork>;
  /** For containers of the image `health`. */
  setHealth(container: TestContainer, health: 'healthy' | 'unhealthy'): Promise<void>;
  close(): Promise<void>;
}

/** The machine's own engine. */
export function realEngine(): Promise<EngineSubject> {
  const docker = openDocker();
  return Promise.resolve({
    socketPath: engineSocket(),
    run: docker.run,
    network: docker.network,
    setHealth: (container, health) =>
      container.exec(...(health === 'healthy' ? ['touch', '/healthy'] : ['rm', '-f', '/healthy'])),
    close: docker.close,
  });
}

/** A fake engine that takes the same orders as a real one. */
export async function fakeEngine(engine: EngineVersion): Promise<EngineSubject> {
  const fake = await startFakeDocker({ engine });
  let networks = 0;
  return {
    socketPath: fake.socketPath,
    run: (options = {}) => Promise.resolve(runFake(fake, options)),
    network: () => {
      networks += 1;
      const name = `net-${networks}`;
      return Promise.resolve({
        name,
        connect: async ({ id }) => fake.world.connect(id, name),
        disconnect: async ({ id }) => fake.world.disconnect(id, name),
      });
    },
    setHealth: async ({ id }, health) => fake.world.setHealth(id, health),
    close: fake.close,
  };
}

const EXPOSED = {
  bare: [],
  web: ['80/tcp'],
  ports: ['80/tcp', '8080/tcp', '53/udp'],
  single: ['3000/tcp'],
  health: ['80/tcp'],
} as const;

let started = 0;

/** Starts a simulated container the way `docker run` would. */
export function runFake({ world }: FakeDocker, options: RunOptions): TestContainer {
  started += 1;
  const name = `fake-${started}`;
  const image = options.image ?? 'web';
  const isChecked = image === 'health' && options.healthcheck?.Test?.[0] !== 'NONE';
  const health: FakeHealth = isChecked ? 'starting' : 'none';
  const env = Array.isArray(options.env)
    ? (options.env as readonly string[])
    : Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
  const id = world.create({
    name,
    env,
    health,
    labels: options.labels ?? {},
    exposed: [...new Set([...EXPOSED[image], ...(options.expose ?? [])])],
    published: (options.publish ?? []).map(({ ip, port }, index) => ({
      ip,
      hostPort: 49_153 + index,
      containerPort: port,
    })),
    ...(options.network === undefined ? {} : { network: options.network }),
  });
  if (options.created !== true) world.start(id);
  return fakeHandle(world, id, name, options);
}

function fakeHandle(
  world: FakeDocker['world'],
  id: string,
  name: string,
  options: RunOptions,
): TestContainer {
  const container = () => {
    const found = world.containers.get(id);
    if (found === undefined) throw new Error(`${name} is gone`);
    return found;
  };
  return {
    id,
    shortId: id.slice(0, 12),
    name,
    answer: (port = 80) => `${name} ${port}`,
    address: async (network = options.network ?? 'bridge') => {
      const address = container().endpoints.get(network)?.ipv4 ?? '';
      if (address === '') throw new Error(`${name} has no address on ${network}`);
      return address;
    },
    published: async (port) =>
      container().published.find(({ containerPort }) => containerPort === port)?.hostPort ?? 0,
    start: async () => world.start(id),
    stop: async () => world.stop(id),
    kill: async (signal = 'KILL') => world.kill(id, { KILL: 9, TERM: 15 }[signal] ?? 28),
    pause: async () => world.pause(id),
    unpause: async () => world.unpause(id),
    restart: async () => world.restart(id),
    rename: async (newName) => world.rename(id, newName),
    update: async () => world.update(id),
    exec: async () => undefined,
    remove: async () => world.remove(id),
  };
}
