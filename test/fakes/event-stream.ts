import type { ServerResponse } from 'node:http';
import type { FakeContainer } from './container.ts';
import type { EngineVersion, Json } from './recorded.ts';

/** One event before it is dressed as this engine sends it. */
export interface FakeEvent {
  readonly type: 'container' | 'network';
  readonly action: string;
  readonly actor: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How events reach the wire: as they come, or byte by byte. */
export type Chunking = 'whole' | 'bytes';

/** The open event streams of a fake engine. */
export interface EventStreams {
  /** Answers a request for events; the headers go out at once. */
  open(reply: ServerResponse, filters: Readonly<Record<string, readonly string[]>>): void;
  /** What of the past an engine still knows, one JSON object a line; seconds since 1970. */
  past(filters: Readonly<Record<string, readonly string[]>>, since: number, until: number): string;
  emit(...events: readonly FakeEvent[]): void;
  /** Writes anything into all streams, e.g. a broken line. */
  emitRaw(text: string): void;
  /** While true, events are lost without a sign. */
  lose(lose: boolean): void;
  chunk(chunking: Chunking): void;
  /** Ends all streams: cleanly, or by a reset connection. */
  cut(how: 'end' | 'reset'): void;
  readonly size: number;
}

interface Stream {
  readonly reply: ServerResponse;
  readonly filters: Readonly<Record<string, readonly string[]>>;
}

/** So many events an engine keeps, of whatever kind. */
const KEPT = 256;

/** A filter for one of these also matches what follows after a colon (moby's own rule). */
const PREFIX_ACTIONS = ['health_status', 'exec_create', 'exec_start'];

export function createEventStreams(engine: EngineVersion): EventStreams {
  const streams = new Set<Stream>();
  const kept: { readonly event: FakeEvent; readonly dressed: Json }[] = [];
  let losing = false;
  let chunking: Chunking = 'whole';
  const send = (stream: Stream, text: string) => {
    const bytes = Buffer.from(text);
    if (chunking === 'whole') stream.reply.write(bytes);
    else for (const byte of bytes) stream.reply.write(Buffer.of(byte));
  };
  return {
    open(reply, filters) {
      const stream: Stream = { reply, filters };
      streams.add(stream);
      reply.on('close', () => streams.delete(stream));
      reply.writeHead(200, { 'content-type': 'application/json' });
      reply.flushHeaders();
    },
    past(filters, since, until) {
      const isIn = ({ event, dressed }: (typeof kept)[number]) => {
        const seconds = Number(dressed.timeNano) / 1_000_000_000;
        return matches(event, filters) && seconds >= since && seconds <= until;
      };
      const told = kept.filter(isIn).map(({ dressed }) => `${JSON.stringify(dressed)}\n`);
      return told.join('');
    },
    emit(...events) {
      const dressed = events.map((event) => ({ event, dressed: dress(event, engine) }));
      kept.push(...dressed);
      kept.splice(0, kept.length - KEPT);
      if (losing) return;
      for (const stream of streams) {
        for (const one of dressed) {
          if (matches(one.event, stream.filters)) {
            send(stream, `${JSON.stringify(one.dressed)}\n`);
          }
        }
      }
    },
    emitRaw(text) {
      for (const stream of streams) send(stream, text);
    },
    lose(lose) {
      losing = lose;
    },
    chunk(how) {
      chunking = how;
    },
    cut(how) {
      for (const { reply } of streams) {
        if (how === 'end') reply.end();
        else reply.socket?.destroy();
      }
      streams.clear();
    },
    get size() {
      return streams.size;
    },
  };
}

function matches(event: FakeEvent, filters: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(filters).every(([name, values]) => {
    switch (name) {
      case 'type':
        return values.includes(event.type);
      case 'event':
        return values.some((value) => actionMatches(event.action, value));
      default:
        throw new Error(`the fake engine does not know the event filter ${name}`);
    }
  });
}

function actionMatches(action: string, wanted: string): boolean {
  return PREFIX_ACTIONS.includes(wanted) ? action.startsWith(wanted) : action === wanted;
}

function dress(event: FakeEvent, engine: EngineVersion): Json {
  const now = Date.now();
  const old =
    engine === '29.7' || event.type !== 'container'
      ? {}
      : { status: event.action, id: event.actor, from: event.attributes.image };
  return {
    ...old,
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.actor, Attributes: event.attributes },
    scope: 'local',
    time: Math.floor(now / 1000),
    timeNano: now * 1_000_000,
  };
}

/** What happened to a container, in the order in which an engine tells it. */
export type Happening =
  | { readonly kind: 'start' | 'pause' | 'unpause' | 'update' | 'exit' | 'remove' | 'create' }
  | { readonly kind: 'stop' | 'restart' }
  | { readonly kind: 'kill'; readonly signal: number; readonly dies: boolean }
  | { readonly kind: 'health'; readonly health: 'healthy' | 'unhealthy' }
  | { readonly kind: 'rename'; readonly oldName: string }
  | { readonly kind: 'connect' | 'disconnect'; readonly network: string };

/** The events of a happening, as recorded: see `event-orders.json` of each engine. */
export function eventsOf(
  container: FakeContainer,
  happening: Happening,
  engine: EngineVersion,
): readonly FakeEvent[] {
  const of = (action: string, more: Readonly<Record<string, string>> = {}): FakeEvent => ({
    type: 'container',
    action,
    actor: container.id,
    attributes: { ...container.labels, image: container.image, name: container.name, ...more },
  });
  const network = (action: string, name: string): FakeEvent => ({
    type: 'network',
    action,
    actor: container.endpoints.get(name)?.networkId ?? name,
    attributes: { container: container.id, name, type: 'bridge' },
  });
  const all = (action: string) =>
    [...container.endpoints.keys()].map((name) => network(action, name));
  const died = (exitCode: number) => of('die', { exitCode: String(exitCode) });
  const isOld = engine === '20.10';
  const stopped = isOld
    ? [died(0), ...all('disconnect'), of('stop')]
    : [...all('disconnect'), of('stop'), died(0)];
  const exited = (exitCode: number) =>
    isOld ? [died(exitCode), ...all('disconnect')] : [...all('disconnect'), died(exitCode)];

  switch (happening.kind) {
    case 'create':
    case 'pause':
    case 'unpause':
    case 'update':
      return [of(happening.kind)];
    case 'start':
      return [...all('connect'), of('start')];
    case 'exit':
      return exited(1);
    case 'remove':
      return [of('destroy')];
    case 'stop':
      return [of('kill', { signal: '15' }), ...stopped];
    case 'restart':
      return [
        of('kill', { signal: '15' }),
        ...stopped,
        ...all('connect'),
        of('start'),
        of('restart'),
      ];
    case 'kill': {
      const kill = of('kill', { signal: String(happening.signal) });
      return happening.dies ? [kill, ...exited(128 + happening.signal)] : [kill];
    }
    case 'health':
      return [of(`health_status: ${happening.health}`)];
    case 'rename':
      return [of('rename', { oldName: `/${happening.oldName}` })];
    case 'connect':
      return [network('connect', happening.network)];
    case 'disconnect': {
      const event = network('disconnect', happening.network);
      const isDoubled = engine === '20.10' || engine === '26.1';
      return isDoubled && container.state === 'running' ? [event, event] : [event];
    }
  }
}
