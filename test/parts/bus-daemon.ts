import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decode } from '../../src/wire/decode.ts';
import { encode } from '../../src/wire/encode.ts';
import { BYE, HELLO, type JsonObject, type Message, makeMessage } from '../../src/wire/message.ts';

/** How a scripted daemon behaves. */
export interface BusDaemonOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly boot?: string;
  readonly secret?: string;
}

/** A bus that does what a test tells it: answers hellos, and sends what it is given. Knows one plugin. */
export interface BusDaemon {
  readonly port: number;
  /** The hellos and byes that came, the latest last. */
  readonly heard: readonly Message[];
  /** Whether hellos are answered. Default true. */
  answers: boolean;
  /** What it calls the plugin's subscription; null: it does not say, as older daemons. Default 1. */
  subscription: number | null;
  /** Counts what was sent; may be set. */
  seq: number;
  /** The next event, counted. */
  say(name: string, channel: string, kwargs?: JsonObject): void;
  /** The next events, counted, in another order: `[2, 1]` is the second first. Numbers left out are lost. */
  shuffle(name: string, channel: string, order: readonly number[]): void;
  /** `route_added` or `route_removed`. */
  route(name: 'route_added' | 'route_removed', vhost: string, url: string): void;
  /** Bytes as they are. */
  raw(bytes: string | Uint8Array): void;
  bye(): void;
  /** Frees the port. May be called twice. */
  close(): Promise<void>;
}

export async function startBusDaemon(options: BusDaemonOptions = {}): Promise<BusDaemon> {
  const { boot = 'boot-1', secret = null } = options;
  const socket = createSocket('udp4');
  socket.bind(options.port ?? 0, '127.0.0.1');
  await once(socket, 'listening');
  const heard: Message[] = [];
  let plugin: RemoteInfo | null = null;
  let isClosed = false;
  const raw = (bytes: string | Uint8Array) => {
    if (plugin === null) throw new Error('no plugin said hello');
    socket.send(bytes, plugin.port, plugin.address);
  };
  const send = (name: string, channel: string, kwargs: JsonObject, seq: number) =>
    raw(encode(makeMessage(name, [channel], kwargs, { seq, boot }), secret));
  const daemon: BusDaemon = {
    port: socket.address().port,
    heard,
    answers: true,
    subscription: 1,
    seq: 0,
    say(name, channel, kwargs = {}) {
      daemon.seq += 1;
      send(name, channel, kwargs, daemon.seq);
    },
    shuffle(name, channel, order) {
      const before = daemon.seq;
      for (const place of order) send(name, channel, { place }, before + place);
      daemon.seq = before + Math.max(0, ...order);
    },
    route: (name, vhost, url) =>
      daemon.say(name, 'autodock', { vhost, url, container: 'hello', id: '0123456789ab' }),
    raw,
    bye: () => send(BYE, 'autodock', {}, daemon.seq),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await closeSocket(socket);
    },
  };
  socket.on('message', (bytes, from) => {
    const decoded = decode(bytes);
    if (decoded.kind === 'malformed') return;
    heard.push(decoded.message);
    if (decoded.message.name === HELLO && daemon.answers) {
      plugin = from;
      const { nonce = '' } = decoded.message.kwargs;
      const { subscription } = daemon;
      const told = { version: '9.9.9', ttlMs: 60_000, events: ['*'], nonce };
      const answer = subscription === null ? told : { ...told, subscription };
      send(HELLO, 'autodock', answer, daemon.seq);
    }
  });
  return daemon;
}

async function closeSocket(socket: Socket): Promise<void> {
  socket.close();
  await once(socket, 'close');
}
