import type { ServerResponse } from 'node:http';
import { problem, type Reply } from './reply.ts';

/** How the stream is told and bounded. Times are milliseconds. */
export interface EventsOptions {
  /** What clients should know now, as one line; they are told whenever it differs. */
  readonly tell: () => string;
  /** How often that is looked at while anybody listens. */
  readonly tickMs: number;
  /** How often a client is told at the least, so that it knows that the connection lives. */
  readonly heartbeatMs: number;
  readonly maxClients: number;
  /** A client that leaves more than this unread is dropped; it comes back by itself. */
  readonly maxUnreadBytes: number;
}

/** `GET /api/v1/events`. */
export interface Events {
  /** The stream for one more client, or a refusal. */
  subscribe(): Reply;
  /** How many listen now. */
  clients(): number;
}

/** After this time a browser that lost the connection asks for it anew. */
const RETRY_MS = 2_000;

/**
 * Server-sent events: what clients are told is the present, whole, so that one that missed any number of
 * events needs none of them. Costs nothing while nobody listens.
 */
export function createEvents(options: EventsOptions): Events {
  const clients = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;
  let told = '';
  let toldAt = 0;

  const send = (client: ServerResponse, event: string) => {
    if (client.writableLength > options.maxUnreadBytes) client.destroy();
    else client.write(event);
  };
  const tick = () => {
    const text = options.tell();
    const now = performance.now();
    if (text === told && now - toldAt < options.heartbeatMs) return;
    const event = text === told ? 'event: alive\ndata: {}\n\n' : eventOf(text);
    told = text;
    toldAt = now;
    for (const client of clients) send(client, event);
  };
  const leave = (client: ServerResponse) => {
    clients.delete(client);
    if (clients.size === 0) clearInterval(timer);
  };
  const begin = (text: string) => {
    told = text;
    toldAt = performance.now();
    timer = setInterval(tick, options.tickMs);
  };
  const open = (client: ServerResponse) => {
    // Since it was let in others may have come, or it may have gone and will not tell again.
    if (client.destroyed || clients.size >= options.maxClients) {
      client.destroy();
      return;
    }
    const text = options.tell();
    if (clients.size === 0) begin(text);
    clients.add(client);
    client.once('close', () => leave(client));
    client.write(`retry: ${RETRY_MS}\n\n${eventOf(text)}`);
  };
  return {
    clients: () => clients.size,
    subscribe: () =>
      clients.size < options.maxClients
        ? { kind: 'stream', type: 'text/event-stream', open }
        : tooMany(options.maxClients),
  };
}

function tooMany(limit: number): Reply {
  const refusal = problem(503, 'Too many listeners', `${limit} listen already.`);
  return { ...refusal, headers: { 'retry-after': '10' } };
}

function eventOf(line: string): string {
  return `event: present\ndata: ${line}\n\n`;
}
