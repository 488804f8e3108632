import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import {
  type Backend,
  identify,
  serve,
  startBlackHole,
  startHttp,
  startRawBackend,
} from '../parts/backend.ts';
import { startSecureBackend } from '../parts/secure-backend.ts';
import type { Notes } from './stage.ts';

const LARGE_BYTES = 12 * 1024 * 1024;
const ONE_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** What a server sends for a request, as bytes: answers that one has to know HTTP well for, and what is no HTTP. */
const BYTES: Readonly<Record<string, string>> = {
  hinting: `HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n${ONE_ANSWER}`,
  processing: `HTTP/1.1 102 Processing\r\n\r\n${ONE_ANSWER}`,
  spaced: ONE_ANSWER.replace('Content-Length:', 'X-Mine : 1\r\nContent-Length:'),
  hopping: ONE_ANSWER.replace(
    'Content-Length:',
    'Upgrade: h2,h2c\r\nConnection: Upgrade, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nContent-Length:',
  ),
  banner: '220 mail.test ESMTP\r\n',
};
/** Longer than our own front waits for others (target.ts). */
const LATE_MS = 4_000;
const TOO_SHORT = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred';

/** Starts the backend that plays the part which its name says; a number at the end only tells it apart. */
export async function startActor(name: string, notes: Notes): Promise<Backend> {
  const part = name.replace(/-\d$/, '');
  const count = (): void => void notes.requests.set(name, (notes.requests.get(name) ?? 0) + 1);
  const http = (listener: RequestListener, address?: string): Promise<Backend> =>
    startHttp((asked, reply) => {
      count();
      listener(asked, reply);
    }, address);
  if (/^B\d$/.test(name)) return http((asked, reply) => void identify(name, asked, reply));
  switch (part) {
    case 'six':
      return http((asked, reply) => void identify(name, asked, reply), '::1');
    case 'secure':
      return startSecureBackend((asked, reply) => void identify(name, asked, reply));
    case 'hole':
      return startBlackHole();
    case 'closing':
      return serve(onData(count, (socket) => void socket.destroy()));
    case 'short':
      return serve(onData(count, (socket) => void socket.end(TOO_SHORT)));
    case 'once':
      return serve(onData(count, answerOnce));
    case 'spaced':
    case 'banner':
      return serve(onData(count, (socket) => void socket.write(BYTES[part] ?? '')));
    case 'hinting':
    case 'processing':
    case 'hopping':
      return startRawBackend(BYTES[part] ?? '');
    default:
      return http(LISTENERS[part]?.(notes) ?? statusListener(name, part));
  }
}

const LISTENERS: Readonly<Record<string, (notes: Notes) => RequestListener>> = {
  silent: () => (asked) => void asked.resume(),
  late: () => (asked, reply) => {
    asked.resume();
    setTimeout(() => reply.end('late'), LATE_MS);
  },
  forbidding: () => (_asked, reply) => void reply.writeHead(401).end('who are you?'),
  maintained: () => (asked, reply) => {
    asked.resume();
    reply.writeHead(503, { 'retry-after': '120' }).end();
  },
  mirror: () => (asked, reply) => {
    reply.setHeader('x-long', asked.headers['x-long'] ?? '').setHeader('server', 'backend');
    reply.setHeader('x-powered-by', 'test').setHeader('set-cookie', ['a=1', 'b=2']);
    reply.end();
  },
  steering: () => (_asked, reply) => {
    reply.setHeader('x-accel-redirect', '/__ping__').setHeader('x-accel-limit-rate', '1');
    reply.end('mine');
  },
  reader: (notes) => (asked, reply) => {
    notes.received = 0;
    asked.on('data', (part: Buffer) => {
      notes.received += part.length;
    });
    asked.on('end', () => reply.end(String(notes.received)));
  },
  large: () => (_asked, reply) => void reply.end(Buffer.alloc(LARGE_BYTES, 'x')),
  events: (notes) => (_asked, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write('data: first\n\n');
    notes.finishEvents = () => void reply.end('data: second\n\n');
  },
};

function statusListener(name: string, part: string): RequestListener {
  const status = Number(/^status-(\d{3})/.exec(name)?.[1]);
  if (Number.isNaN(status)) throw new Error(`no backend plays ${part}`);
  return (asked: IncomingMessage, reply: ServerResponse) => {
    asked.resume();
    reply.writeHead(status).end(name);
  };
}

function onData(count: () => void, act: (socket: Socket) => void): Server {
  return createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      count();
      act(socket);
    });
  });
}

/** Answers one request and closes when a second one comes, as if too late. */
function answerOnce(socket: Socket): void {
  socket.write(ONE_ANSWER);
  socket.once('data', () => socket.destroy());
}
