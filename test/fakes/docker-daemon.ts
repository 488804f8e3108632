import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DockerPath, type DockerRequestKind, parseDockerPath } from '../parts/docker-path.ts';
import { type FakeContainer, renderInspection, renderLine } from './container.ts';
import { createEventStreams, type EventStreams } from './event-stream.ts';
import { type Fault, serveFault } from './faults.ts';
import { type EngineVersion, type Json, type Recorded, recorded } from './recorded.ts';
import { createWorld, type FakeWorld } from './world.ts';

/** How a fake engine is made. */
export interface FakeDockerOptions {
  /** Whose shapes it serves. Default `20.10`. */
  readonly engine?: EngineVersion;
  /** The engine's ID. Default: the recorded one. */
  readonly id?: string;
  readonly name?: string;
  /** Another range of API versions than the recorded one, e.g. `['1.60', '1.56']`: newest and oldest. */
  readonly api?: readonly [newest: string, oldest: string];
}

/** Where a fault strikes. */
export interface FaultTarget {
  /** Of inspections, only that of this container. */
  readonly id?: string;
  /** How often. Default: until `heal`. */
  readonly times?: number;
}

/**
 * A simulated Docker engine: a real HTTP server on a unix socket that serves recorded shapes. It knows
 * the requests that autodock may make; any other makes `close` throw.
 */
export interface FakeDocker {
  /** `unix:///…`, for AUTODOCK_DOCKER_HOST. */
  readonly host: string;
  readonly socketPath: string;
  readonly world: FakeWorld;
  readonly events: EventStreams;
  /** Makes requests of a kind fail. Of several faults the latest that fits strikes. */
  fail(kind: DockerRequestKind, fault: Fault, target?: FaultTarget): void;
  /** Takes back all faults, or those of one kind. */
  heal(kind?: DockerRequestKind): void;
  /**
   * From now on both lists show these containers as they are at this moment, whatever happens to them,
   * as 20.10's do after `die`. Inspections tell the truth.
   */
  lag(ids: readonly string[]): void;
  /** Undoes `lag`. */
  catchUp(): void;
  /** How many requests of a kind came so far. */
  count(kind: DockerRequestKind): number;
  /** Another engine behind the same socket, for all requests to come. */
  identify(id: string, name: string): void;
  /** Cuts every connection and refuses new ones, until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** @throws Error if anything was asked for that autodock must not ask for */
  close(): Promise<void>;
}

interface ActiveFault {
  readonly kind: DockerRequestKind;
  readonly fault: Fault;
  readonly id: string | null;
  left: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Starts a fake engine on a unix socket of its own. */
export async function startFakeDocker(options: FakeDockerOptions = {}): Promise<FakeDocker> {
  const version = options.engine ?? '20.10';
  const engine = withApi(recorded(version), options.api);
  const events = createEventStreams(version);
  const world = createWorld(version, events);
  const lists = createLists(world, engine);
  const counts = new Map<DockerRequestKind, number>();
  const forbidden: string[] = [];
  let faults: readonly ActiveFault[] = [];
  let identity: Json = {
    ...(options.id === undefined ? {} : { ID: options.id }),
    ...(options.name === undefined ? {} : { Name: options.name }),
  };

  const bodyOf = (asked: DockerPath): Answer => {
    const refusal = refuseVersion(asked.version, engine);
    if (refusal !== null) return { status: 400, body: toJson({ message: refusal }) };
    switch (asked.kind) {
      case 'ping':
        return { status: 200, body: Buffer.from('OK') };
      case 'version':
        return { status: 200, body: toJson(engine.version) };
      case 'info':
        return { status: 200, body: toJson({ ...engine.info, ...identity }) };
      case 'list':
      case 'health':
        return lists.answer(asked);
      case 'inspect':
        return inspect(world, engine, asked.id ?? '');
      case 'events':
        return { status: 200, body: Buffer.alloc(0) };
    }
  };
  const server = createServer((incoming, reply) => {
    const { method = '', url = '' } = incoming;
    const asked = parseDockerPath(method, url);
    if (asked === null) {
      forbidden.push(`${method} ${url}`);
      reply.writeHead(501, JSON_TYPE).end(toJson({ message: 'not part of the contract' }));
      return;
    }
    counts.set(asked.kind, (counts.get(asked.kind) ?? 0) + 1);
    const active = faults.findLast(
      ({ kind, id }) => kind === asked.kind && (id === null || id === asked.id),
    );
    const answer = bodyOf(asked);
    if (active !== undefined) {
      active.left -= 1;
      if (active.left <= 0) faults = faults.filter((fault) => fault !== active);
      serveFault(reply, active.fault, answer.body);
    } else if (asked.kind === 'events' && answer.status === 200) events.open(reply, asked.filters);
    else send(reply, answer, engine);
  });
  const door = await createDoor(server);
  return {
    host: `unix://${door.path}`,
    socketPath: door.path,
    world,
    events,
    fail: (kind, fault, { id, times } = {}) => {
      faults = [
        ...faults,
        { kind, fault, id: id ?? null, left: times ?? Number.POSITIVE_INFINITY },
      ];
    },
    heal: (kind) => {
      faults = kind === undefined ? [] : faults.filter((fault) => fault.kind !== kind);
    },
    lag: lists.lag,
    catchUp: () => lists.lag([]),
    count: (kind) => counts.get(kind) ?? 0,
    identify: (id, name) => {
      identity = { ID: id, Name: name };
    },
    shut: door.shut,
    open: door.open,
    close: async () => {
      await door.close();
      if (forbidden.length > 0) {
        throw new Error(
          `the engine was asked for what it must not be asked for: ${forbidden.join(', ')}`,
        );
      }
    },
  };
}

function withApi(engine: Recorded, api: FakeDockerOptions['api']): Recorded {
  if (api === undefined) return engine;
  const [ApiVersion, MinAPIVersion] = api;
  return { ...engine, version: { ...engine.version, ApiVersion, MinAPIVersion } };
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

function send(reply: ServerResponse, { status, body }: Answer, engine: Recorded): void {
  reply.writeHead(status, {
    ...JSON_TYPE,
    'content-length': body.length,
    'api-version': engine.ping['api-version'],
    server: engine.ping.server,
  });
  reply.end(body);
}

function toJson(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** What an engine says to a version of the API that it does not speak; null if it speaks it. */
function refuseVersion(version: string | null, { version: engine }: Recorded): string | null {
  if (version === null) return null;
  if (minorOf(version) > minorOf(engine.ApiVersion)) {
    return `client version ${version} is too new. Maximum supported API version is ${engine.ApiVersion}`;
  }
  if (minorOf(version) < minorOf(engine.MinAPIVersion)) {
    return `client version ${version} is too old. Minimum supported API version is ${engine.MinAPIVersion}, please upgrade your client to a newer version`;
  }
  return null;
}

function inspect(world: FakeWorld, engine: Recorded, id: string): Answer {
  const container = world.containers.get(id);
  return container === undefined
    ? { status: 404, body: toJson({ message: `No such container: ${id}` }) }
    : { status: 200, body: toJson(renderInspection(container, engine)) };
}

/** The two lists, kept as text until something changes: a list of 10,000 costs an engine of ours nothing. */
function createLists(world: FakeWorld, engine: Recorded) {
  const rendered = new Map<string, { readonly revision: number; readonly answer: Answer }>();
  let stale: ReadonlyMap<string, FakeContainer> = new Map();
  const render = (asked: DockerPath): Answer => {
    const known = Object.keys(asked.filters).every((name) => name in FILTERS);
    if (!known) return { status: 400, body: toJson({ message: 'invalid filter' }) };
    const minor = minorOf(asked.version ?? engine.version.ApiVersion);
    const shown = [...new Map([...world.containers, ...stale]).values()]
      .filter((container) => isListed(container, asked))
      .reverse();
    return {
      status: 200,
      body: toJson(shown.map((container) => renderLine(container, engine, minor))),
    };
  };
  return {
    answer(asked: DockerPath): Answer {
      const key = `${asked.version} ${asked.query}`;
      const before = rendered.get(key);
      if (before?.revision === world.revision) return before.answer;
      const answer = render(asked);
      rendered.set(key, { revision: world.revision, answer });
      return answer;
    },
    lag(ids: readonly string[]): void {
      const containers = [...world.containers.values()].filter(({ id }) => ids.includes(id));
      stale = new Map(containers.map((container) => [container.id, structuredClone(container)]));
      rendered.clear();
    },
  };
}

const FILTERS: Readonly<Record<string, (container: FakeContainer) => readonly string[]>> = {
  status: ({ state }) => [state],
  health: ({ health }) => [health],
  label: ({ labels }) => Object.entries(labels).flatMap(([key, value]) => [key, `${key}=${value}`]),
};

function isListed(container: FakeContainer, asked: DockerPath): boolean {
  const isAlive = container.state !== 'created' && container.state !== 'exited';
  const wantsAll = asked.query.get('all') === '1' || asked.query.get('all') === 'true';
  // A filter for a state shows the dead too, as on a real engine.
  if (!(isAlive || wantsAll || 'status' in asked.filters)) return false;
  return Object.entries(asked.filters).every(([name, values]) => {
    const has = FILTERS[name]?.(container) ?? [];
    return values.some((value) => has.includes(value));
  });
}

/** A unix socket that can be shut and opened again. */
async function createDoor(server: ReturnType<typeof createServer>) {
  const dir = await mkdtemp(join(tmpdir(), 'autodock-fake-'));
  const path = join(dir, 'docker.sock');
  const sockets = new Set<Socket>();
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const open = async () => {
    server.listen(path);
    await once(server, 'listening');
  };
  const shut = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  await open();
  return {
    path,
    open,
    shut,
    close: async () => {
      await shut();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
