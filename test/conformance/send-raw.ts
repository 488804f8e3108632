import { connect, type Socket } from 'node:net';
import { waitUntil } from '../parts/wait-for.ts';
import type { RawStep, WebSocketStep } from './cases/case.ts';
import type { Answer, ProxyAddress } from './send.ts';

const DEADLINE_MS = 20_000;
const STATUS = /HTTP\/1\.[01] (\d{3})/g;
const ECHO = 'echo this';

/** Sends bytes and tells each answer; all bytes that came back are the body of the last. */
export async function sendRaw(proxy: ProxyAddress, { bytes }: RawStep): Promise<readonly Answer[]> {
  const { socket, received, ended } = open(proxy);
  socket.write(bytes, 'latin1');
  await ended;
  const statuses = [...received().matchAll(STATUS)];
  return statuses.map(([, label = '']) => ({ label, headers: {}, body: received() }));
}

/** The handshake, then a text that must come back. The backend's view of it is the body. */
export async function sendWebSocket(proxy: ProxyAddress, step: WebSocketStep): Promise<Answer> {
  const { socket, received, ended } = open(proxy, DEADLINE_MS + (step.idleMs ?? 0));
  socket.write(
    `GET /chat HTTP/1.1\r\nHost: ${step.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const isAnswered = () => received().includes('\r\n\r\n');
  await Promise.race([waitUntil('the handshake', isAnswered), ended]);
  const [head = ''] = received().split('\r\n\r\n');
  const label = head.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3);
  const headers = headersOf(head);
  if (label !== '101') {
    socket.destroy();
    return { label: label === '' ? 'closed' : label, headers, body: received() };
  }
  await waitUntil('what the backend saw', () => received().includes('}\n'));
  const body = `{"headers":${received()
    .slice(head.length + 4)
    .trim()}}`;
  if (step.idleMs !== undefined) await new Promise((resolve) => setTimeout(resolve, step.idleMs));
  socket.write(ECHO);
  await Promise.race([waitUntil('the echo', () => received().endsWith(ECHO)), ended]);
  socket.destroy();
  return { label: received().endsWith(ECHO) ? label : 'no echo', headers, body };
}

function headersOf(head: string): Readonly<Record<string, string>> {
  const lines = head.split('\r\n').slice(1);
  const pairs = lines.map((line) => line.split(/: */, 2));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.toLowerCase(), value]));
}

interface Connection {
  readonly socket: Socket;
  readonly received: () => string;
  /** Resolves when the proxy closes, or is silent for too long. */
  readonly ended: Promise<void>;
}

function open(proxy: ProxyAddress, deadlineMs = DEADLINE_MS): Connection {
  const socket = connect(proxy.port, proxy.host);
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  socket.setTimeout(deadlineMs, () => socket.destroy());
  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => undefined).on('close', () => resolve());
  });
  return { socket, received: () => text, ended };
}
