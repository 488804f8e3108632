import { createServer, type ServerResponse } from 'node:http';
import { type Answer, toJson } from './answer.ts';
import { renderInspection } from './container.ts';
import { type DockerPath, type DockerRequestKind, parseDockerPath } from './docker-path.ts';
import { createEventStreams, type EventStreams } from './event-stream.ts';
import { createFaults, type Fault, type FaultTarget, serveFault } from './faults.ts';
import { createLists, minorOf } from './lists.ts';
import { type EngineVersion, type Json, type Recorded, recorded } from './recorded.ts';
import { openSocketDoor } from './socket-door.ts';
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
  /** Looks at each request from now on, before it is answered. */
  onRequest(look: (kind: DockerRequestKind) => void): void;
  /** Another engine behind the same socket, for all requests to come. */
  identify(id: string, name: string): void;
  /** The same engine after an update: another range of API versions. */
  speak(newest: string, oldest: string): void;
  /** What was asked for that autodock must not ask for. */
  readonly forbidden: readonly string[];
  /** Cuts every connection and refuses new ones, until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** @throws Error if anything was asked for that autodock must not ask for */
  close(): Promise<void>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Starts a fake engine on a unix socket of its own. */
export async function startFakeDocker(options: FakeDockerOptions = {}): Promise<FakeDocker> {
  const version = options.engine ?? '20.10';
  let engine = withApi(recorded(version), options.api);
  const events = createEventStreams(version);
  const world = createWorld(version, events);
  const lists = createLists(world, engine);
  const counts = new Map<DockerRequestKind, number>();
  const forbidden: string[] = [];
  const faults = createFaults();
  let onRequest: (kind: DockerRequestKind) => void = () => undefined;
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
        return { status: 200, body: toJson({ ...engine.info, ...identity, ...clock() }) };
      case 'networks':
        return { status: 200, body: toJson(networksOf(world)) };
      case 'list':
      case 'health':
        return lists.answer(asked);
      case 'inspect':
        return inspect(world, engine, asked.id ?? '');
      case 'events':
        return { status: 200, body: pastOf(events, asked) };
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
    onRequest(asked.kind);
    const fault = faults.strike(asked);
    const answer = bodyOf(asked);
    if (fault !== null) serveFault(reply, fault, answer.body);
    else if (isStream(asked) && answer.status === 200) events.open(reply, asked.filters);
    else send(reply, answer, engine);
  });
  const door = await openSocketDoor(server);
  return {
    host: door.host,
    socketPath: door.path,
    world,
    events,
    fail: faults.fail,
    heal: faults.heal,
    lag: lists.lag,
    catchUp: () => lists.lag([]),
    count: (kind) => counts.get(kind) ?? 0,
    onRequest: (look) => {
      onRequest = look;
    },
    identify: (id, name) => {
      identity = { ID: id, Name: name };
    },
    speak: (newest, oldest) => {
      engine = withApi(engine, [newest, oldest]);
    },
    forbidden,
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

/** By which it dates its events. */
function clock(): Json {
  return { SystemTime: new Date().toISOString() };
}

/** Without an end it goes on. */
function isStream({ kind, query }: DockerPath): boolean {
  return kind === 'events' && !query.has('until');
}

/** Nothing if the events are asked for as a stream. */
function pastOf(events: EventStreams, { filters, query }: DockerPath): Buffer {
  const until = Number(query.get('until') ?? 0);
  return Buffer.from(events.past(filters, Number(query.get('since') ?? 0), until));
}

function withApi(engine: Recorded, api: FakeDockerOptions['api']): Recorded {
  if (api === undefined) return engine;
  const [ApiVersion, MinAPIVersion] = api;
  return { ...engine, version: { ...engine.version, ApiVersion, MinAPIVersion } };
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

/** Every network that a container is on: each a bridge, but for one that is called `macvlan`. */
function networksOf(world: FakeWorld): readonly Json[] {
  const ids = [...world.containers.values()].flatMap(({ endpoints }) =>
    [...endpoints].map(([name, { networkId }]) => [name, networkId] as const),
  );
  return [...new Map(ids)].map(([Name, Id]) => {
    const Driver = Name === 'macvlan' ? Name : 'bridge';
    return { Name, Id, Driver, Scope: 'local', Ingress: false, Options: {} };
  });
}

function inspect(world: FakeWorld, engine: Recorded, id: string): Answer {
  const container = world.containers.get(id);
  return container === undefined
    ? { status: 404, body: toJson({ message: `No such container: ${id}` }) }
    : { status: 200, body: toJson(renderInspection(container, engine)) };
}
