import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { isKnownHost } from './known-host.ts';
import { readBody } from './read-body.ts';
import { problem, type Reply } from './reply.ts';

/** What a route is given of a request. */
export interface Request {
  readonly accept: string;
  /** `If-None-Match`, as it came; empty if it did not. */
  readonly ifNoneMatch: string;
}

/** Answers one method on one path. */
export type RequestHandler = (request: Request) => Reply | Promise<Reply>;

/** Answers one method that takes a body. */
export interface BodyHandler {
  /** A larger body is refused unread. */
  readonly maxBytes: number;
  readonly answer: (body: string) => Reply | Promise<Reply>;
}

/** Path to method to handler. */
export type Routes = Readonly<
  Record<string, Readonly<Record<string, RequestHandler | BodyHandler>>>
>;

/** Where to listen, and what answers. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Names in `Host` that are ours besides addresses and names without a dot; lower case. */
  readonly names: readonly string[];
  readonly routes: Routes;
  readonly log: Logger;
}

/** A server that listens. */
export interface HttpServer {
  /** The port that it listens on; another than asked for if that was 0. */
  readonly port: number;
  /** Ends idle and open connections. */
  close(): Promise<void>;
}

// An import reads every export of `node:http`, one of which loads the client behind `fetch`: a tenth of a start.
const { createServer } = process.getBuiltinModule('node:http');

const REQUEST_TIMEOUT_MS = 10_000;
/** How often requests that take too long are looked for: by Node's own 30 s, one could stand for 40. */
const CHECK_MS = 2_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16_384;

/** Of every answer. A route may loosen them for itself. */
const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** A response that waits behind another has no socket: it would never tell that its client is gone. */
const BUSY = problem(503, 'Busy connection', 'A stream needs a connection of its own.');

/** @throws Error if the address cannot be listened on */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, log } = options;
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: CHECK_MS };
  const server = createServer(limits, (request, response) => {
    const answered = answer(options, request);
    // A body that nobody reads is let through, or the connection would stand.
    request.resume();
    answered.then(
      (reply) => write(request, response, reply),
      (error: unknown) => {
        log.error({ err: error, url: request.url }, 'HTTP request failed');
        write(request, response, problem(500, 'Internal error', messageOf(error)));
      },
    );
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = MAX_CONNECTIONS;
  // Whoever reads an answer that slowly does not read it.
  server.setTimeout(REQUEST_TIMEOUT_MS * 3);
  await listen(server, host, port);
  server.on('error', (error) => log.error({ err: error }, 'HTTP server failed'));
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function answer({ routes, names }: HttpOptions, request: IncomingMessage): Promise<Reply> {
  const { headers } = request;
  if (!isKnownHost(headers.host, names)) {
    const remedy = 'ask by an IP address or localhost, or add the name to AUTODOCK_HTTP_NAMES';
    return problem(421, 'Misdirected request', `This server is not known by that name: ${remedy}.`);
  }
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined) return problem(404, 'Not found', `There is nothing at ${path}.`);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (handler === undefined) {
    const allow = Object.keys(methods).join(', ');
    const detail = `${path} answers ${allow}.`;
    return { ...problem(405, 'Method not allowed', detail), headers: { allow } };
  }
  if (method !== 'GET' && isCrossSite(request)) {
    return problem(403, 'Cross-site request', 'A web page of another origin may not do this.');
  }
  return handle(handler, request);
}

function handle(
  handler: RequestHandler | BodyHandler,
  request: IncomingMessage,
): Reply | Promise<Reply> {
  if (typeof handler !== 'function') return answerBody(handler, request);
  const { headers } = request;
  return handler({ accept: headers.accept ?? '', ifNoneMatch: headers['if-none-match'] ?? '' });
}

async function answerBody({ maxBytes, answer: reply }: BodyHandler, request: IncomingMessage) {
  const body = await readBody(request, maxBytes);
  return body === null
    ? problem(413, 'Content too large', `The body may have ${maxBytes} bytes.`)
    : reply(body);
}

/** A browser says where a request comes from; what sends no Origin cannot be a browser. */
function isCrossSite({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return false;
  return !URL.canParse(headers.origin) || new URL(headers.origin).host !== headers.host;
}

function write(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const isHead = request.method === 'HEAD';
  if (reply.kind === 'stream') {
    if (response.socket === null && !isHead) {
      write(request, response, BUSY);
      return;
    }
    response.writeHead(200, { ...SAFE_HEADERS, 'content-type': reply.type });
    if (isHead) response.end();
    else reply.open(response);
    return;
  }
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...SAFE_HEADERS,
    'content-type': reply.type,
    // What did not change has no body, nor has an empty answer, and so neither has a length.
    ...(reply.status === 304 || reply.status === 204 ? {} : { 'content-length': body.length }),
    ...reply.headers,
  });
  response.end(isHead ? undefined : body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
