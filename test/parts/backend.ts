import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
  connect as tcpConnect,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { freePort } from './free-port.ts';
import { standsStill } from './front-processes.ts';
import { type RedisPart, startRedis } from './redis.ts';

/** A server on a free port of a loopback address, to stand in a frontend's list. */
export interface Backend {
  /** As it stands in a list: `http://127.0.0.1:port`, or `http://[::1]:port`. */
  readonly url: string;
  /** Connections accepted so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** What {@link startBackend} says of a request, as JSON. */
export interface Seen {
  readonly backend: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Length of the body. */
  readonly bytes: number;
  /** The first {@link SHOWN_BYTES} of the body. */
  readonly body: string;
}

/** How much of a body {@link Seen} repeats. */
export const SHOWN_BYTES = 4096;

const BLACK_HOLE_QUEUE = 8;

/**
 * Answers each request with what it saw of it ({@link Seen}). An upgrade to `websocket` is accepted; the
 * headers of its request come first, as a line of JSON, then every byte is echoed.
 */
export async function startBackend(
  name: string,
  address = '127.0.0.1',
  port = 0,
): Promise<Backend> {
  return startHttp((asked, reply) => void identify(name, asked, reply), address, port);
}

/** Answers each request as the listener does. */
export async function startHttp(
  listener: RequestListener,
  address = '127.0.0.1',
  port = 0,
): Promise<Backend> {
  const server = createServer({ requestTimeout: 0 }, listener);
  server.on('upgrade', (asked: IncomingMessage, socket: Duplex) => echo(asked, socket));
  return serve(server, address, port);
}

/** Answers with one status and nothing else. */
export function startStatusBackend(status: number): Promise<Backend> {
  return startHttp((asked, reply) => {
    asked.resume();
    reply.writeHead(status).end();
  });
}

/** Reads a request and never answers it. */
export function startSilentBackend(): Promise<Backend> {
  return startHttp((asked) => void asked.resume());
}

/** Reads once from each connection and closes it without an answer. */
export function startClosingBackend(): Promise<Backend> {
  return serve(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.destroy());
    }),
  );
}

/** Answers the first request of each connection, and closes it when a second one comes, as if too late. */
export function startOncePerConnectionBackend(): Promise<Backend> {
  return serve(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        socket.once('data', () => socket.destroy());
      });
    }),
  );
}

/** Answers every request without a body (`GET`) with these bytes, on connections that it keeps. */
export function startRawBackend(bytes: string): Promise<Backend> {
  return serve(
    createTcpServer((socket) => {
      let asked = '';
      socket.on('error', () => undefined);
      socket.setEncoding('latin1').on('data', (part: string) => {
        const heads = `${asked}${part}`.split('\r\n\r\n');
        asked = heads.pop() ?? '';
        for (const _head of heads) socket.write(bytes);
      });
    }),
  );
}

/** A stream of events that waits after the first one until it is told to go on. */
export interface StreamingBackend extends Backend {
  readonly finish: () => void;
}

/** Sends `data: first`, and `data: second` after `finish()`. */
export async function startStreamingBackend(): Promise<StreamingBackend> {
  const open = new Set<ServerResponse>();
  const backend = await startHttp((_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write('data: first\n\n');
    open.add(reply);
  });
  const finish = () => {
    for (const reply of open) reply.end('data: second\n\n');
  };
  return { ...backend, finish };
}

/** A URL at which nobody listens. */
export async function refusedUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/**
 * A port that neither accepts nor refuses, as behind a firewall that drops: a stopped process whose short
 * queue of connections is full.
 */
export async function startBlackHole(): Promise<Backend> {
  const holder = await startRedis({ tcp: true, args: ['--tcp-backlog', '1'] });
  const leave = await stopAndFill(holder, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${holder.port}`,
    connections: () => 0,
    close: async () => {
      leave();
      await holder.stop();
    },
  };
}

/**
 * Stops a Redis with `--tcp-backlog 1` and fills its queue, so that nobody gets a connection until it goes on
 * (`SIGCONT`). Returns what ends the connections that fill it.
 */
export async function stopAndFill(holder: RedisPart, address: string): Promise<() => void> {
  holder.kill('SIGSTOP');
  await standsStill(holder.pid); // else it may let some of them in
  const waiting = Array.from({ length: BLACK_HOLE_QUEUE }, () =>
    tcpConnect(holder.port ?? 0, address).on('error', () => undefined),
  );
  // All have asked by the time the first is let in, and only two can be.
  await Promise.race(waiting.map((socket) => once(socket, 'connect')));
  return () => {
    for (const socket of waiting) socket.destroy();
  };
}

/** Listens on a port of an address, on a free one by default. */
export async function serve(server: Server, address = '127.0.0.1', wanted = 0): Promise<Backend> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(wanted, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with what was seen of the request ({@link Seen}). */
export async function identify(
  backend: string,
  asked: IncomingMessage,
  reply: ServerResponse,
): Promise<void> {
  let [bytes, body] = [0, ''];
  try {
    for await (const part of asked as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (body.length < SHOWN_BYTES) body += part.toString('latin1');
    }
  } catch {
    return; // the client is gone, and nobody waits for an answer
  }
  const { method, url, headers } = asked;
  reply.setHeader('server', 'backend');
  reply.setHeader('x-powered-by', 'test');
  reply.end(
    JSON.stringify({ backend, method, url, headers, bytes, body: body.slice(0, SHOWN_BYTES) }),
  );
}

/** The handshake of RFC 6455, section 4.2.2, and then an echo of bytes. */
function echo(asked: IncomingMessage, socket: Duplex): void {
  const accept = createHash('sha1')
    .update(`${asked.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.on('error', () => undefined);
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n${JSON.stringify(asked.headers)}\n`,
  );
  socket.pipe(socket);
}
