import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type DockerRequestKind, parseDockerPath } from '../fakes/docker-path.ts';
import { openSocketDoor } from '../fakes/socket-door.ts';
import { SCOPE_LABEL } from './docker.ts';

/**
 * A door before a real engine: it shows only the containers of one scope (so that tests run side by
 * side, on an engine that others use too), counts requests, lets nothing but the permitted reads
 * through, and can be shut, frozen, or made to swallow events.
 */
export interface EngineGate {
  /** `unix:///…`, for AUTODOCK_DOCKER_HOST. */
  readonly host: string;
  /** How many requests of each kind came so far. */
  count(kind: DockerRequestKind): number;
  /** `METHOD path` of everything that was asked for and is not permitted. Must stay empty. */
  readonly forbidden: readonly string[];
  /** No socket any more: connections under way are cut, new ones refused. */
  shut(): Promise<void>;
  /** Undoes `shut`. */
  open(): Promise<void>;
  /** Accepts everything and answers nothing, like an engine under SIGSTOP. */
  freeze(): void;
  /** Undoes `freeze`; what was asked meanwhile is answered now. */
  thaw(): void;
  /** Answers each inspection of this container by an error of the engine; null: of none. */
  refuseInspections(id: string | null): void;
  /** Which events are lost without a sign, as far as a piece of the stream says: all, none, or those chosen. */
  loseEvents(lose: boolean | ((text: string) => boolean)): void;
  close(): Promise<void>;
}

interface State {
  frozen: boolean;
  isLost: (text: string) => boolean;
  refused: string | null;
  readonly waiting: (() => void)[];
}

export async function openEngineGate(socketPath: string, scope: string): Promise<EngineGate> {
  const counts = new Map<DockerRequestKind, number>();
  const forbidden: string[] = [];
  const state: State = { frozen: false, isLost: () => false, refused: null, waiting: [] };

  const server = createServer((incoming, reply) => {
    const { method = '', url = '' } = incoming;
    const asked = parseDockerPath(method, url);
    if (asked === null) {
      forbidden.push(`${method} ${url}`);
      reply.writeHead(403).end();
      return;
    }
    counts.set(asked.kind, (counts.get(asked.kind) ?? 0) + 1);
    if (asked.id !== null && asked.id === state.refused) {
      reply.writeHead(500).end('{"message":"the engine is stuck with it"}');
      return;
    }
    const isList = asked.kind === 'list' || asked.kind === 'health';
    const target = isList ? scoped(url, asked.filters, scope) : url;
    const pass = () => forward(socketPath, target, incoming, reply, state);
    if (state.frozen) state.waiting.push(pass);
    else pass();
  });
  const door = await openSocketDoor(server);
  return {
    host: door.host,
    count: (kind) => counts.get(kind) ?? 0,
    forbidden,
    shut: door.shut,
    open: door.open,
    freeze: () => {
      state.frozen = true;
    },
    thaw: () => {
      state.frozen = false;
      for (const pass of state.waiting.splice(0)) pass();
    },
    refuseInspections: (id) => {
      state.refused = id;
    },
    loseEvents: (lose) => {
      state.isLost = typeof lose === 'function' ? lose : () => lose;
    },
    close: door.close,
  };
}

/** The list's path with a label filter of our own added. */
function scoped(
  target: string,
  filters: Readonly<Record<string, readonly string[]>>,
  scope: string,
): string {
  const url = new URL(target, 'http://docker');
  const label = [...(filters.label ?? []), `${SCOPE_LABEL}=${scope}`];
  url.searchParams.set('filters', JSON.stringify({ ...filters, label }));
  return `${url.pathname}${url.search}`;
}

function forward(
  socketPath: string,
  path: string,
  incoming: IncomingMessage,
  reply: ServerResponse,
  state: State,
): void {
  const onward = request({ socketPath, path, headers: incoming.headers }, (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    reply.flushHeaders();
    const isEvents = path.includes('/events');
    // In its order: an end that passes a frozen gate before what came ahead of it makes an empty answer.
    const pass = (act: () => void) => {
      if (state.frozen) state.waiting.push(act);
      else act();
    };
    answer.on('data', (chunk: Buffer) => {
      if (!(isEvents && state.isLost(chunk.toString()))) pass(() => void reply.write(chunk));
    });
    answer.on('end', () => pass(() => void reply.end()));
    answer.on('error', () => reply.destroy());
  });
  onward.on('error', () => reply.destroy());
  reply.on('close', () => onward.destroy());
  onward.end();
}
