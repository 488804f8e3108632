import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { waitUntil } from '../parts/wait-for.ts';
import type { HttpStep, StreamStep, UploadStep } from './cases/case.ts';
import type { Stage } from './stage.ts';

/** What came back for a request. */
export interface Answer {
  /** The backend that answered with 200, a status, or `closed` for none. */
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The proxy under test. */
export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
}

const DEADLINE_MS = 20_000;
const SHOWN_BYTES = 100_000;

/** Sends one request of a step. `agent` keeps a connection for steps that share one. */
export function sendHttp(
  proxy: ProxyAddress,
  step: HttpStep,
  agent: Agent,
  seeSocket: (socket: Socket) => void,
): Promise<Answer> {
  const body = typeof step.body === 'number' ? 'x'.repeat(step.body) : step.body;
  return answered((onReply, onError) => {
    const asked = httpRequest(
      {
        ...{ host: proxy.host, port: proxy.port, path: step.path ?? '/', timeout: DEADLINE_MS },
        ...{ method: step.method ?? 'GET', localAddress: step.from ?? '127.0.0.1' },
        agent: step.kept === true ? agent : false,
        headers: { host: step.host, ...step.headers },
      },
      onReply,
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer'))).on('error', onError);
    if (step.kept === true) asked.on('socket', seeSocket);
    if (step.headers?.expect === undefined) asked.end(body);
    else asked.on('continue', () => void asked.end(body)).flushHeaders();
  });
}

/** Reads a stream whose second half is sent only when the first has come. */
export function sendStream(
  proxy: ProxyAddress,
  { host }: StreamStep,
  stage: Stage,
): Promise<Answer> {
  return answered((onReply, onError) => {
    const headers = { host, accept: 'text/event-stream' };
    httpRequest({ host: proxy.host, port: proxy.port, headers, agent: false }, (reply) => {
      reply.once('data', () => stage.finishEvents());
      onReply(reply);
    })
      .on('error', onError)
      .end();
  });
}

/** Sends the second half of a body only when the backend has the first. */
export function sendUpload(
  proxy: ProxyAddress,
  { host, bytes, chunked }: UploadStep,
  stage: Stage,
): Promise<Answer> {
  const half = Buffer.alloc(bytes / 2, 'x');
  const framing =
    chunked === true ? { 'transfer-encoding': 'chunked' } : { 'content-length': bytes };
  return answered((onReply, onError) => {
    const headers = { host, ...framing };
    const upload = httpRequest(
      { host: proxy.host, port: proxy.port, method: 'PUT', headers, agent: false },
      onReply,
    ).on('error', onError);
    upload.write(half);
    waitUntil('the first half to arrive', () => stage.received() >= half.length)
      .then(() => upload.end(half))
      .catch(onError);
  });
}

type Start = (onReply: (reply: IncomingMessage) => void, onError: (error: unknown) => void) => void;

function answered(start: Start): Promise<Answer> {
  return new Promise((resolve) => {
    const closed = () => resolve({ label: 'closed', headers: {}, body: '' });
    start((reply) => {
      let [received, body] = [0, ''];
      reply.on('data', (part: Buffer) => {
        received += part.length;
        if (body.length < SHOWN_BYTES) body += part.toString('latin1');
      });
      reply.on('end', () => resolve(answer(reply, body, received))).on('error', closed);
    }, closed);
  });
}

function answer(reply: IncomingMessage, body: string, received: number): Answer {
  const headers = Object.entries(reply.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  const status = String(reply.statusCode);
  return {
    label: status === '200' ? (backendOf(body) ?? status) : status,
    headers: { ...Object.fromEntries(headers), 'x-received': String(received) },
    body,
  };
}

/** The name in what an identifying backend answered. */
function backendOf(body: string): string | null {
  return /^\{"backend":"([\w-]+)"/.exec(body)?.[1] ?? null;
}
